import { spawnSync } from "node:child_process";
import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { auditLog } from "./audit-log.mjs";
import { check } from "./check.mjs";
import { measureInTurn } from "./measure.mjs";
import { root, scratch } from "./scratch.mjs";
import { number, ratio, seconds } from "./table.mjs";

/** A target that says where images come from, so that not every Pod is reported. */
const target = `apiVersion: portcullis.dev/v1
kind: Target
metadata: { name: audit }
spec:
  backend: falco
  select: { profiles: [all] }
  parameters: { unlisted-image-pod-requests: { repositories: [registry.example.com/] } }
`;

/** `check --events` beside JSON.parse of each line, and beside jq where it is installed; its memory as the log grows. */
export async function eventsSection({ runs, sizes = [100_000, 1_000_000] }) {
  mkdirSync(scratch, { recursive: true });
  const file = join(scratch, "audit-target.yaml");
  writeFileSync(file, target);
  const own = check("--events", "--target", file);
  // Outside the package's folder the built detections run, as they do for whoever has installed it.
  const tasks = {
    "JSON.parse of each line": (log) => ({ run: [process.execPath, join(root, "bench/processes/parse-lines.mjs"), log] }),
    ...(spawnSync("jq", ["--version"]).status === 0 ? { "jq, one comparison": (log) => ({ run: ["jq", "-c", 'select(.verb == "none")', log] }) } : {}),
    "check --events": (log) => ({ ...own.command(log), cwd: scratch }),
  };
  const rows = [];
  const measured = [];
  for (const size of sizes) {
    const log = auditLog(size);
    const results = await measureInTurn(Object.fromEntries(Object.entries(tasks).map(([name, command]) => [name, command(log)])), runs);
    measured.push(results);
    const base = results["JSON.parse of each line"];
    for (const [name, { cpu, wall, memory, runs: times }] of Object.entries(results)) rows.push([name, number(size), seconds(cpu), seconds(wall), number(Math.round(size / wall)), `${number(Math.round(memory / 2 ** 20))} MiB`, ratio(cpu / base.cpu), String(times)]);
  }
  const [small, large] = [measured[0]["check --events"], measured.at(-1)["check --events"]];
  const base = measured.at(-1)["JSON.parse of each line"];
  const jq = measured.at(-1)["jq, one comparison"];
  return {
    title: "Audit logs",
    text: `\`check --events\` with all detections over the audit log. ${number(sizes.at(-1))} events are ${(statSync(auditLog(sizes.at(-1))).size / 1e9).toFixed(2)} GB: requests of nodes, controllers and people as a cluster has them, one in some thousands to be reported.`,
    columns: ["task", "events", "CPU s", "wall s", "events a second", "memory", "CPU, JSON.parse = 1", "runs"],
    rows,
    targets: [
      { aim: "at most twice the CPU time of JSON.parse alone", got: `${ratio(large.cpu / base.cpu)}${jq === undefined ? "" : `; ${ratio(large.cpu / jq.cpu)} that of jq`}`, met: large.cpu <= 2 * base.cpu },
      { aim: "memory is flat: at most 1.5 times for ten times the events", got: `${ratio(large.memory / small.memory)} the memory`, met: large.memory <= 1.5 * small.memory },
    ],
  };
}
