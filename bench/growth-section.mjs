import { check } from "./check.mjs";
import { corpusFile, corpusFolder } from "./corpus.mjs";
import { measureInTurn } from "./measure.mjs";
import { number, ratio, seconds } from "./table.mjs";

/** Memory and time of `check` as the corpus grows. */
export async function growthSection({ runs, sizes = [1000, 10_000, 100_000] }) {
  const tool = check();
  const rows = [];
  const shapes = { "one file": corpusFile, "a file each": corpusFolder };
  const series = [];
  for (const [shape, corpus] of Object.entries(shapes)) {
    const points = [];
    for (const size of sizes) {
      const { it } = await measureInTurn({ it: tool.command(corpus(size)) }, runs);
      points.push({ size, ...it });
      rows.push([shape, number(size), `${number(Math.round(it.memory / 2 ** 20))} MiB`, seconds(it.cpu), seconds(it.wall), number(Math.round((it.cpu / size) * 1e6)), String(it.runs)]);
    }
    series.push(points);
  }
  // The first steps hold the start and the time until V8 has compiled what is hot, so growth is judged from the middle to the end.
  const steepest = Math.max(...series.map((points) => points.at(-1).cpu / points.at(-2).cpu / (points.at(-1).size / points.at(-2).size)));
  const fattest = Math.max(...series.map((points) => points.at(-1).memory / points.at(-2).memory));
  return {
    title: "As the corpus grows",
    text: "`check` with every control. Memory is the process's peak; what of it is garbage is left to V8, which collects it when it sees fit. The last two steps are compared: from 10,000 documents to 100,000.",
    columns: ["input", "documents", "memory", "CPU s", "wall s", "CPU µs a document", "runs"],
    rows,
    targets: [
      { aim: "memory is flat: at most 1.5 times for ten times the documents", got: `${ratio(fattest)} the memory at most`, met: fattest <= 1.5 },
      { aim: "time is linear: at most 1.1 times a document for ten times the documents", got: `${ratio(steepest)} the time a document at most`, met: steepest <= 1.1 },
    ],
  };
}
