import { join } from "node:path";
import { mkdirSync, writeFileSync } from "node:fs";
import { engineBinary } from "./binaries.mjs";
import { corpusText } from "./corpus.mjs";
import { templatePairs } from "./libraries.mjs";
import { outputOf } from "./measure.mjs";
import { scratch } from "./scratch.mjs";
import { ratio } from "./table.mjs";

const iterations = 200;

/** Our templates for Gatekeeper beside gatekeeper-library's for the same rule, by `gator bench`. */
export async function regoSection({ runs }) {
  mkdirSync(scratch, { recursive: true });
  const pods = join(scratch, "bench-pods.yaml");
  // Every second document is a Pod; the library's constraints match nothing else.
  writeFileSync(pods, corpusText(0, 20).split(/^---\n/m).filter((text) => text.includes("kind: Pod\n")).join("---\n"));
  const gator = engineBinary("gator");
  const latency = (files) => {
    const run = [gator, "bench", "--engine", "rego", "--iterations", String(iterations), "--output", "json", ...[...files, pods].flatMap((file) => ["--filename", file])];
    const [{ latencies }] = JSON.parse(outputOf({ run }).replace(/\nWarning:[^]*$/, ""));
    return microseconds(latencies.min);
  };
  const rows = [];
  const ratios = [];
  for (const { control, ours, theirs } of templatePairs()) {
    let [own, other] = [Infinity, Infinity];
    for (let round = 0; round < runs; round += 1) {
      own = Math.min(own, latency(ours));
      other = Math.min(other, latency(theirs));
    }
    ratios.push(own / other);
    rows.push([control, own.toFixed(0), other.toFixed(0), ratio(own / other)]);
    process.stderr.write(`  ${control}\n`);
  }
  const within = ratios.filter((each) => each <= 1).length;
  return {
    title: "Speed of what is emitted, in Rego",
    text: `gator bench, ten Pods of the corpus, ${iterations} rounds: the shortest review of one Pod by one template and one constraint, in microseconds, of ${runs} turns.${rows.length === 0 ? " gatekeeper-library is not at hand in this run." : ""}`,
    columns: ["control", "ours", "gatekeeper-library", "ours, library = 1"],
    rows,
    targets: ratios.length === 0 ? [] : [{ aim: "a template is no slower than gatekeeper-library's for the same rule", got: `${within} of ${ratios.length}`, met: within === ratios.length }],
  };
}

/** A duration as Go prints it, in microseconds. */
function microseconds(text) {
  const [, value, unit] = /^([\d.]+)(ns|µs|ms|s)$/.exec(text);
  return Number(value) * { ns: 0.001, "µs": 1, ms: 1000, s: 1_000_000 }[unit];
}
