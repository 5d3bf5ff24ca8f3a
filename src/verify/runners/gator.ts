import { join } from "node:path";
import { parse } from "yaml";
import { runCommand } from "../command.ts";
import { type Bundle, type Runner, Tally } from "../runner.ts";

/** Gatekeeper's own runner: `gator verify` over the suites beside the templates, in whichever language those are. */
export const gator: Runner = {
  name: "gator",
  backends: ["gatekeeper"],
  command: "gator",
  versionArguments: ["--version"],
  async run(bundle, command) {
    const expected = casesBySuite(bundle);
    const { stdout, stderr, code } = await runCommand(command, ["verify", "--verbose", `${bundle.folder}/...`]);
    const tally = new Tally();
    const faults: string[] = [];
    const seen = new Set<string>();
    for (const { path, cases, failure } of suites(stdout)) {
      const control = [...expected.keys()].find((id) => path.endsWith(join(id, "suite.yaml")));
      if (control === undefined) {
        faults.push(`gator ran the suite ${path}, which belongs to no control`);
        continue;
      }
      seen.add(control);
      for (const { name, failure: reason } of cases) tally.add(control, reason === undefined ? undefined : `${name}: ${reason}`);
      if (failure !== undefined && cases.every((each) => each.failure === undefined)) tally.add(control, failure);
    }
    // gator skips files that it does not take for suites without a word.
    if (code !== 0 && code !== 1) faults.push(`gator verify ended with ${code}: ${stderr.trim()}`);
    faults.push(...[...expected.keys()].filter((id) => !seen.has(id)).map((id) => `gator did not run the suite of ${id}`));
    return { outcomes: tally.outcomes(expected), faults };
  },
};

/** How many cases the suite of each control has. */
function casesBySuite({ files, controls }: Bundle): Map<string, number> {
  const suitesOf = files.filter(({ path }) => path.endsWith("/suite.yaml"));
  return new Map(
    controls.flatMap(({ id, domain }): (readonly [string, number])[] => {
      const suite = suitesOf.find(({ path }) => path.endsWith(`${domain}/${id}/suite.yaml`));
      if (suite === undefined) return [];
      const { tests } = parse(String(suite.content)) as { readonly tests: readonly { readonly cases: readonly unknown[] }[] };
      return [[id, tests.reduce((sum, { cases }) => sum + cases.length, 0)]];
    }),
  );
}

interface CaseResult {
  readonly name: string;
  readonly failure?: string;
}

interface SuiteResult {
  readonly path: string;
  readonly cases: readonly CaseResult[];
  readonly failure?: string;
}

/** What `gator verify --verbose` prints: the cases of a suite, then the suite's own line (gatekeeper pkg/gator/verify/printer_go.go). */
export function suites(text: string): SuiteResult[] {
  const found: SuiteResult[] = [];
  let cases: CaseResult[] = [];
  const lines = text.split("\n");
  for (const [index, line] of lines.entries()) {
    const one = /^ {4}(?:--- (PASS|FAIL)|=== (SKIP)) *:? *([^\t]+)/.exec(line);
    if (one !== null) {
      const [, verdict, skipped, name = ""] = one;
      const reason = skipped === undefined ? (lines[index + 1] ?? "").trim() : "was skipped";
      cases.push({ name: name.trim(), ...(verdict === "PASS" ? {} : { failure: reason }) });
    }
    const suite = /^(ok|FAIL)\t([^\t]+)\t/.exec(line);
    if (suite === null) continue;
    found.push({ path: suite[2] ?? "", cases, ...(suite[1] === "ok" ? {} : { failure: (lines[index + 1] ?? "").trim() || "the suite failed" }) });
    cases = [];
  }
  return found;
}
