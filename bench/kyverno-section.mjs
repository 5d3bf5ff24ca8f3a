import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { engineBinary } from "./binaries.mjs";
import { corpusText } from "./corpus.mjs";
import { kyvernoFiles } from "./libraries.mjs";
import { measureInTurn } from "./measure.mjs";
import { scratch } from "./scratch.mjs";
import { ratio, seconds } from "./table.mjs";

/** `kyverno apply`: our ValidatingPolicies beside Kyverno's own for the same rules, over a hundred Pods. */
export async function kyvernoSection({ runs }) {
  const files = kyvernoFiles();
  mkdirSync(scratch, { recursive: true });
  const pods = join(scratch, "apply-pods.yaml");
  writeFileSync(pods, corpusText(0, 200).split(/^---\n/m).filter((text) => text.includes("kind: Pod\n")).join("---\n"));
  const apply = (policies) => ({ run: [engineBinary("kyverno"), "apply", ...policies, "--resource", pods], codes: [0, 1] });
  const results = files === undefined ? {} : await measureInTurn({ ours: apply(files.ours), "kyverno/policies": apply(files.theirs) }, runs);
  const theirs = results["kyverno/policies"];
  const quotient = theirs === undefined ? undefined : results.ours.cpu / theirs.cpu;
  return {
    title: "Time of what is emitted, in Kyverno's command line",
    text: `kyverno apply with ${files?.ours.length ?? 0} ValidatingPolicies over 100 Pods of the corpus. Ours are not multiplied for controllers by Kyverno: they know them.${files === undefined ? " kyverno/policies is not at hand in this run." : ""}`,
    columns: ["policies", "CPU s", "wall s", "CPU, theirs = 1", "runs"],
    rows: Object.entries(results).map(([name, { cpu, wall, runs: times }]) => [name, seconds(cpu), seconds(wall), ratio(cpu / theirs.cpu), String(times)]),
    targets: quotient === undefined ? [] : [{ aim: "kyverno apply takes no longer with ours", got: ratio(quotient), met: quotient <= 1 }],
  };
}
