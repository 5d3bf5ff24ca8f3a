import { statSync } from "node:fs";
import { join } from "node:path";
import { check } from "./check.mjs";
import { corpusFile } from "./corpus.mjs";
import { measureInTurn } from "./measure.mjs";
import { root } from "./scratch.mjs";
import { number, ratio, seconds } from "./table.mjs";

/** `check` with Pod Security beside parsing alone, each also without the time to start. */
export async function parsingSection({ runs, size = 10_000 }) {
  const read = (parser) => (file) => ({ run: [process.execPath, join(root, "bench/processes/read.mjs"), parser, file] });
  const tasks = {
    "own reader alone": read("portcullis"),
    "js-yaml loadAll": read("js-yaml"),
    "yaml parseAllDocuments, toJS": read("yaml"),
    "check --profile pss-baseline": check("--profile", "pss-baseline").command,
    "check --profile pss-restricted": check("--profile", "pss-restricted").command,
    "the same, --format json": check("--profile", "pss-restricted", "--format", "json").command,
    "check": check().command,
  };
  const on = async (file) => measureInTurn(Object.fromEntries(Object.entries(tasks).map(([name, command]) => [name, command(file)])), runs);
  const start = await on(corpusFile(1));
  const whole = await on(corpusFile(size));
  const net = (name) => Math.max(whole[name].cpu - start[name].cpu, 0.001);
  const base = "own reader alone";
  const rows = Object.keys(tasks).map((name) => [name, seconds(whole[name].cpu), seconds(whole[name].wall), seconds(start[name].cpu), seconds(net(name)), ratio(whole[name].cpu / whole[base].cpu), ratio(net(name) / net(base)), ratio(whole[name].cpu / whole["js-yaml loadAll"].cpu)]);
  const against = (name, figure) => whole["check --profile pss-restricted"][figure] / whole[name][figure];
  return {
    title: "Beside parsing alone",
    text: `${number(size)} documents in one file, ${(statSync(corpusFile(size)).size / 1e6).toFixed(1)} MB. "Start" is the same process over a file with one document, "net" the rest.`,
    columns: ["task", "CPU s", "wall s", "start CPU s", "net CPU s", "CPU, own reader = 1", "net, own reader = 1", "CPU, js-yaml = 1"],
    rows,
    targets: [{ aim: "check with Pod Security (restricted) takes at most 1.5 times as long as parsing", got: `CPU ${ratio(against(base, "cpu"))} our own reader's, ${ratio(against("js-yaml loadAll", "cpu"))} js-yaml's; wall ${ratio(against(base, "wall"))} and ${ratio(against("js-yaml loadAll", "wall"))}`, met: against(base, "cpu") <= 1.5 }],
  };
}
