import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import type { CompiledControl } from "../../src/backends/backend.ts";
import { type Compilation, compile } from "../../src/compile.ts";
import { hostileText, hostileTexts } from "./hostile-texts.ts";

/** How many texts one control holds: few enough for an expression that engines take. */
const perControl = 14;

/** A text as TypeScript writes it, in a string and in a template. */
const literal = (text: string): string => JSON.stringify(text).replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");
const inTemplate = (text: string): string => literal(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("`", "\\`").replaceAll("${", "\\${");

/** The listed texts, and some that are made of them; another seed gives others. Half a character stands in no file. */
const made = fc.sample(hostileText, { numRuns: 40, seed: Number(process.env["PORTCULLIS_SEED"] ?? 1) });
const texts = [...hostileTexts, ...made.filter((text) => Buffer.from(text).toString() === text && !hostileTexts.includes(text))];

/** The texts of each control. */
export const groups: readonly (readonly string[])[] = Array.from({ length: Math.ceil(texts.length / perControl) }, (_, index) => texts.slice(index * perControl, (index + 1) * perControl));

/** A title must be one line with something in it. */
const asTitle = (text: string): string => `a ${text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, " ")}`.trim();

/** A control whose every text is hostile: what it says of itself, what it compares with, what it says of an object. */
function controlSource(texts: readonly string[]): string {
  const at = (index: number): string => texts[index % texts.length] ?? "";
  const list = `[${texts.map(literal).join(", ")}]`;
  const comparisons = texts.map((text, index) => `      if (container.name === ${literal(text)}) deny(container, "name", \`${index}: ${inTemplate(text)} is \${container.name}, ${inTemplate(at(index + 1))}\`);`);
  return `import { allContainers, defineControl, podBearing, string, strings, workload } from "portcullis";

const listed: readonly string[] = ${list};

export default defineControl({
  title: ${literal(asTitle(at(0)))},
  description: ${literal(at(1))},
  severity: "low",
  frameworks: { cis: { "1.12": [${literal(at(2))}] }, seed: ${list} },
  match: podBearing(),
  parameters: {
    word: string({ default: ${literal(at(3))}, description: ${literal(at(4))} }),
    words: strings({ default: ${list}, description: ${literal(at(5))} }),
  },
  check({ pod, parameters, deny }) {
    for (const container of allContainers(pod)) {
${comparisons.join("\n")}
      if (listed.includes(container.image ?? "a plain image")) deny(container, "image", \`listed \${container.image ?? "none"}\`);
      if (container.workingDir === parameters.word) deny(container, "workingDir", \`like \${parameters.word}\`);
      if (container.workingDir?.startsWith(${literal(at(6))}) === true && container.workingDir.endsWith(${literal(at(7))})) deny(container, "workingDir", "starts and ends");
      if (parameters.words.includes(container.terminationMessagePath ?? "a plain path")) deny(container, "terminationMessagePath", \`\${container.terminationMessagePath ?? "none"} is among them\`);
    }
    for (const [key, value] of Object.entries(pod.metadata?.annotations ?? {})) {
      if (listed.includes(value)) deny(pod, ["metadata", "annotations", key], \`\${key} is \${value}\`);
    }
  },
  remediation: ${literal(at(8))},
  pass: [{ name: ${literal(at(9))}, object: workload("Pod", { containers: [{ name: "plain", image: "plain" }] }) }],
  fail: [{ name: ${literal(at(10))}, object: workload("Pod", { containers: [{ name: "plain", image: ${literal(at(11))} }] }), at: ["spec.containers[0].image"] }],
});
`;
}

/** Objects whose texts are those of a control, and texts near them, each on its own. */
export function hostileObjects(texts: readonly string[]): readonly object[] {
  const near = texts.flatMap((text) => [text, `${text} `, text.slice(1), `'${text}'`, text.replaceAll("\\", "")]);
  const container = (text: string, field: string): object => ({ name: "plain", image: "plain", [field]: text });
  // Half a character, as slicing leaves it, stands in no file.
  const whole = [...new Set(near)].filter((text) => Buffer.from(text).toString() === text);
  return whole.flatMap((text) => [
    { apiVersion: "v1", kind: "Pod", metadata: { name: "a", namespace: "shop", annotations: { "a.b/c": text } }, spec: { containers: ["name", "image", "workingDir", "terminationMessagePath"].map((field) => container(text, field)) } },
    { apiVersion: "v1", kind: "Pod", metadata: { name: "a", namespace: "shop", annotations: { [text]: texts[0] ?? "" } }, spec: { containers: [{ name: "plain", image: "plain" }] } },
    { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "a", namespace: "shop" }, spec: { replicas: 1, selector: { matchLabels: { a: "a" } }, template: { metadata: { labels: { a: "a" } }, spec: { containers: [container(text, "name")] } } } },
  ]);
}

/** The project of hostile controls, compiled from a folder that is gone again. */
export function hostileProject(): Compilation {
  const root = mkdtempSync(join(tmpdir(), "portcullis-injection-"));
  try {
    const folder = join(root, "policies/hostile");
    mkdirSync(folder, { recursive: true });
    for (const [index, texts] of groups.entries()) writeFileSync(join(folder, `hostile-${index}.ts`), controlSource(texts));
    return compile(root, join(root, "policies"));
  } finally {
    rmSync(root, { recursive: true });
  }
}

/** The texts of a control of the project. */
export const textsOf = ({ id }: CompiledControl): readonly string[] => groups[Number(id.replace("hostile-", ""))] ?? [];
