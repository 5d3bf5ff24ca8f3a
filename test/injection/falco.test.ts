import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { parse } from "yaml";
import type { EmitRequest } from "../../src/backends/backend.ts";
import { rulesFaults } from "../../src/backends/falco/check/rules-faults.ts";
import { valueText } from "../../src/backends/falco/condition/value-text.ts";
import { emitFalco } from "../../src/backends/falco/index.ts";
import { compile } from "../../src/compile.ts";
import { defaultParameters, newestMinor } from "../../src/plain/judge.ts";
import { loadRules } from "../falco/engine.ts";
import { asFields } from "../falco/events.ts";
import { targetSettings } from "../target-settings.ts";
import { groups } from "./project.ts";

vi.setConfig({ testTimeout: 60_000 });

const letters = "abcdefghijklmnopqrstuvwxyz";
const literal = (text: string): string => JSON.stringify(text).replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");
const asTitle = (text: string): string => `a ${text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, " ")}`.trim();

/** A detection whose every text is hostile: what it says of itself, and what it compares with, a rule for each. */
function detectionSource(texts: readonly string[], source: "syscalls" | "auditLog"): string {
  const at = (index: number): string => texts[index % texts.length] ?? "";
  const list = `[${texts.map(literal).join(", ")}]`;
  const field = source === "syscalls" ? "proc.name" : "ka.user.name";
  const first = source === "syscalls" ? 'event["evt.type"] === "execve"' : 'event["ka.stage"] === "ResponseComplete"';
  const other = source === "syscalls" ? "proc.cmdline" : "ka.useragent";
  const rules = texts.map((text, index) => `    ${letters[index]}: { title: ${literal(`${asTitle(text)} ${index}`)}, when: ({ event }) => ${first} && event["${field}"] === ${literal(text)}, fields: ["${field}"] },`);
  return `import { ${source}, containsAny, defineDetection, isOneOf, string, strings } from "portcullis";

export default defineDetection({
  title: ${literal(asTitle(at(0)))},
  description: ${literal(at(1))},
  severity: "low",
  frameworks: { cis: { "1.12": [${literal(at(2))}] }, seed: ${list} },
  techniques: ["T1059"],
  source: ${source}(),
  parameters: {
    word: string({ default: ${literal(at(3))}, description: ${literal(at(4))} }),
    words: strings({ default: ${list}, description: ${literal(at(5))} }),
    allowedNames: strings({ default: ${list}, description: ${literal(at(6))} }),
  },
  rules: {
${rules.join("\n")}
    x: { title: "A listed text ${source}", when: ({ event, parameters }) => ${first} && isOneOf(event["${other}"], parameters.words) && !isOneOf(event["${field}"], parameters.allowedNames), fields: ["${other}"] },
    y: { title: "A text in another ${source}", when: ({ event, parameters }) => ${first} && containsAny(event["${other}"], parameters.words), fields: ["${other}"] },
    z: { title: "A word ${source}", when: ({ event, parameters }) => ${first} && event["${other}"] !== parameters.word && event["${other}"] !== undefined, fields: ["${other}"] },
  },
  response: ${literal(at(8))},
  fires: [{ name: ${literal(at(9))}, event: {}, findings: ${JSON.stringify([...letters].filter((letter, index) => index < texts.length || letter > "w"))} }],
  quiet: [],
});
`;
}

const sources = ["syscalls", "auditLog"] as const;
const { detections, diagnostics } = (() => {
  const root = mkdtempSync(join(tmpdir(), "portcullis-injection-"));
  try {
    mkdirSync(join(root, "policies/hostile"), { recursive: true });
    for (const [index, texts] of groups.entries()) for (const source of sources) writeFileSync(join(root, `policies/hostile/hostile-${source.toLowerCase()}-${index}.ts`), detectionSource(texts, source));
    return compile(root, join(root, "policies"));
  } finally {
    rmSync(root, { recursive: true });
  }
})();

const textsOf = (id: string): readonly string[] => groups[Number(id.split("-").at(-1))] ?? [];
const request: EmitRequest = {
  controls: [],
  detections,
  settings: { kubernetesMinor: newestMinor, controls: Object.fromEntries(detections.map(({ id }) => [id, true as const])), parameters: Object.fromEntries(detections.map(({ detection, id }) => [id, defaultParameters(detection)])) },
  target: targetSettings("audit", { rollout: () => ({ placements: [{ stage: "audit" }], exemptions: [{ namespaces: ["kube-system", "team-*", "*-ci"], reason: 'a "b"\n- rule: x', owner: "# o" }] }) }),
  sourceOf: () => undefined,
  compiler: "auto",
};
const emission = emitFalco(request);

it("compiles detections whose every text is hostile", () => {
  expect(diagnostics.map(({ code, message }) => `${code} ${message}`)).toEqual([]);
  expect(detections.length).toBe(groups.length * 2);
});

it("emits rules with which nothing is wrong, and every rule but those that no condition can hold", () => {
  expect(rulesFaults(emission.files)).toEqual([]);
  const tags = emission.files.filter(({ path }) => path.endsWith(".yaml")).flatMap(({ content }) => (parse(String(content)) as readonly { rule?: string; tags?: readonly string[] }[]).flatMap(({ rule, tags: own }) => (rule === undefined ? [] : [own ?? []])));
  const emitted = new Set(tags.map((own) => own.filter((tag) => /^(control|finding):/.test(tag)).join(" ")));
  const missing = detections.flatMap(({ id, ir }) => ir.rules.flatMap(({ finding = "" }) => (emitted.has(`control:${id} finding:${finding}`) ? [] : [{ id, finding }])));
  const unwritable = (id: string): boolean => textsOf(id).some((text) => valueText(text) === undefined);
  expect(missing.length).toBeGreaterThan(0);
  for (const { finding, id } of missing) {
    const text = textsOf(id)[letters.indexOf(finding)];
    const inList = ["x", "y"].includes(finding) ? unwritable(id) : finding === "z" ? valueText(textsOf(id)[3] ?? "") === undefined : text !== undefined && valueText(text) === undefined;
    expect({ id, finding, inList }).toEqual({ id, finding, inList: true });
  }
  expect(emission.diagnostics.length).toBe(missing.length);
});

it("reports texts, and texts near them, as the plain run does", () => {
  const rules = loadRules(emission.files);
  let fired = 0;
  for (const { detection, id } of detections) {
    const own = rules.filter(({ tags }) => tags.includes(`control:${id}`));
    const near = [...new Set(textsOf(id).flatMap((text) => [text, `${text} `, text.slice(1), `'${text}'`, text.replaceAll("\\", "")]))];
    for (const text of near) {
      const events = detection.source === "syscall"
        ? [{ "evt.type": "execve", "proc.name": text }, { "evt.type": "execve", "proc.name": "plain", "proc.cmdline": text }, { "evt.type": "execve", "proc.name": text, "proc.cmdline": text }]
        : [{ "ka.stage": "ResponseComplete", "ka.user.name": text }, { "ka.stage": "ResponseComplete", "ka.user.name": "plain", "ka.useragent": text }, { "ka.stage": "ResponseComplete", "ka.user.name": text, "ka.useragent": text }];
      for (const event of events) {
        const plain = detection.rules.filter(({ when }) => when({ event, parameters: defaultParameters(detection) } as never)).map(({ finding }) => finding);
        for (const rule of own) {
          const finding = rule.tags.find((tag) => tag.startsWith("finding:"))?.slice("finding:".length);
          const fires = rule.fires(asFields(event));
          if (fires) fired += 1;
          if (fires !== plain.includes(finding)) expect({ id, finding, event, fires }).toEqual({ id, finding, event, fires: !fires });
        }
      }
    }
  }
  expect(fired).toBeGreaterThan(1000);
});

it("writes names, outputs and comments that stay what they are", () => {
  for (const { content, path } of emission.files.filter((file) => file.path.endsWith(".yaml"))) {
    const entries = parse(String(content)) as readonly Readonly<Record<string, unknown>>[];
    expect(entries.filter((entry) => !["rule", "list", "macro", "required_engine_version", "required_plugin_versions"].some((key) => key in entry)), path).toEqual([]);
    expect(entries.filter(({ rule, output }) => rule !== undefined && /%(?!(ka|proc|evt|jevt)\.)/.test(String(output)))).toEqual([]);
  }
});
