import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Compilation, compile } from "../../src/compile.ts";

/** 64 KiB that differ in their last character only. */
export const longText = (last: string): string => `${"'\"\\x".repeat(16_384).slice(0, 65_535)}${last}`;

const source = (count: number): string => {
  const texts = Array.from({ length: count }, (_, index) => longText(String(index)));
  const list = `[${texts.map((text) => JSON.stringify(text)).join(", ")}]`;
  return `import { allContainers, defineControl, podBearing, strings, workload } from "portcullis";

const listed: readonly string[] = ${list};

export default defineControl({
  title: "A title", description: ${JSON.stringify(longText("d"))}, severity: "low", frameworks: {}, match: podBearing(), remediation: "None.",
  parameters: { words: strings({ default: ${list}, description: "Words." }) },
  check({ pod, parameters, deny }) {
    for (const container of allContainers(pod)) {
      if (listed.includes(container.image ?? "")) deny(container, "image", "a long one");
      if (container.name === ${JSON.stringify(texts[0])}) deny(container, "name", "is long");
      if (parameters.words.includes(container.workingDir ?? "")) deny(container, "workingDir", \`is among \${parameters.words.length}\`);
    }
  },
  pass: [{ object: workload("Pod", { containers: [{ name: "plain", image: "plain" }] }) }],
  fail: [],
});
`;
};

/** Controls that hold one and three texts of 64 KiB in each of their parts. */
export function longProject(): Compilation {
  const root = mkdtempSync(join(tmpdir(), "portcullis-long-"));
  try {
    const folder = join(root, "policies/hostile");
    mkdirSync(folder, { recursive: true });
    for (const [name, count] of [["long-one", 1], ["long-three", 3]] as const) writeFileSync(join(folder, `${name}.ts`), source(count));
    return compile(root, join(root, "policies"));
  } finally {
    rmSync(root, { recursive: true });
  }
}

/** A Pod whose texts are long, each alone, and one whose texts differ from them in their last character. */
export const longObjects: readonly object[] = ["0", "1", "2", "x"].flatMap((last) =>
  ["name", "image", "workingDir"].map((field) => ({ apiVersion: "v1", kind: "Pod", metadata: { name: "a", namespace: "shop" }, spec: { containers: [{ name: "plain", image: "plain", [field]: longText(last) }] } })),
);
