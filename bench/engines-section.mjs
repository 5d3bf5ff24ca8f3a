import { engineBinary } from "./binaries.mjs";
import { check } from "./check.mjs";
import { conftest } from "./conftest.mjs";
import { corpusFile } from "./corpus.mjs";
import { gator } from "./gatekeeper.mjs";
import { measureInTurn } from "./measure.mjs";
import { goldenPolicy } from "./policy.mjs";
import { number, ratio, seconds } from "./table.mjs";

/** `check` beside gator, conftest and kube-score, on the same documents; the first three with the same controls. */
export async function enginesSection({ runs, sizes = [1000, 10_000] }) {
  const policy = goldenPolicy();
  const tools = { "portcullis check": check(), "gator test": gator(engineBinary("gator"), policy), "conftest test": conftest(engineBinary("conftest"), policy) };
  const kubeScore = engineBinary("kube-score");
  const rows = [];
  const measured = [];
  for (const size of sizes) {
    const file = corpusFile(size);
    const violations = sameVerdict(tools, file);
    const commands = Object.fromEntries(Object.entries(tools).map(([name, tool]) => [name, tool.command(file)]));
    const results = await measureInTurn({ ...commands, "kube-score score -o ci": { run: [kubeScore, "score", "-o", "ci", file], codes: [0, 1] } }, runs);
    measured.push({ size, check: results["portcullis check"].cpu, gator: results["gator test"].cpu, kubeScore: results["kube-score score -o ci"].cpu });
    const own = results["portcullis check"];
    for (const [name, { cpu, wall, memory, runs: times }] of Object.entries(results)) {
      rows.push([number(size), name, name in tools ? number(violations) : "its own", seconds(cpu), seconds(wall), `${number(Math.round(memory / 2 ** 20))} MiB`, ratio(cpu / own.cpu), String(times)]);
    }
  }
  const each = (figure) => measured.map((point) => `${figure(point)} for ${number(point.size)}`).join(", ");
  return {
    title: "Beside other tools",
    text: `Each tool judges the same file of Pods and Deployments and reports in its default form. The first three run the same ${policy.controls.length} controls from the same emitted Rego, and were seen to find the same violations (control, path and message) before they were timed. kube-score runs its own checks, some 30 in Go, so it is a measure of speed alone.`,
    columns: ["documents", "tool", "violations", "CPU s", "wall s", "memory", "CPU, check = 1", "runs"],
    rows,
    targets: [
      { aim: "check takes at most a tenth of gator test's CPU time", got: each(({ check, gator }) => ratio(check / gator)), met: measured.every(({ check, gator }) => check * 10 <= gator) },
      // Of a thousand documents, half of the time goes into starting Node and into code that is not compiled yet.
      { aim: "check with every control takes less CPU time than kube-score, for 10,000 documents", got: each(({ check, kubeScore }) => ratio(check / kubeScore)), met: measured.at(-1).check < measured.at(-1).kubeScore },
    ],
  };
}

/** How many violations all tools find. Throws where they differ: times of unequal work say nothing. */
function sameVerdict(tools, file) {
  const [first, ...others] = Object.entries(tools).map(([name, tool]) => ({ name, found: tool.violations(file).sort() }));
  for (const other of others) {
    const lacks = difference(first.found, other.found);
    const adds = difference(other.found, first.found);
    if (lacks.length + adds.length > 0) throw new Error(`${other.name} judges ${file} unlike ${first.name}: ${lacks.length} violations less (${lacks[0]}), ${adds.length} more (${adds[0]})`);
  }
  return first.found.length;
}

/** What is in the first list more often than in the second. */
function difference(left, right) {
  const counts = new Map();
  for (const item of right) counts.set(item, (counts.get(item) ?? 0) + 1);
  return left.filter((item) => {
    const count = counts.get(item) ?? 0;
    counts.set(item, count - 1);
    return count <= 0;
  });
}
