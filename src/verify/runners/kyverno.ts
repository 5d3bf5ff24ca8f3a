import { parse, parseAllDocuments } from "yaml";
import { runCommand } from "../command.ts";
import { type Bundle, type Runner, Tally } from "../runner.ts";

/** A row of `kyverno test --output-format json`. */
interface Row {
  readonly POLICY: string;
  readonly RESOURCE: string;
  readonly RESULT: string;
  readonly REASON: string;
}

/**
 * Kyverno's own runner: `kyverno test` over the tests beside the policies. It counts a policy that it could not load and a resource that no
 * rule matched as passed ("Skip", "Excluded"), so a row counts here only if it says plainly that the result was the expected one.
 */
export const kyverno: Runner = {
  name: "kyverno",
  backends: ["kyverno", "kyverno-legacy"],
  command: "kyverno",
  versionArguments: ["version"],
  async run(bundle, command) {
    const controlOf = controlsByPolicy(bundle);
    const { code, stdout, stderr } = await runCommand(command, ["test", bundle.folder, "--output-format", "json", "--remove-color", "--require-tests"]);
    const tally = new Tally();
    const faults: string[] = code === 0 || code === 1 ? [] : [`kyverno test ended with ${code}: ${stderr.trim()}`];
    for (const { POLICY: policy, RESOURCE: resource, RESULT: result, REASON: reason } of rows(stdout)) {
      const control = controlOf.get(policy.split("/").at(-1) ?? "");
      if (control === undefined) faults.push(`kyverno tested the policy ${policy}, which belongs to no control`);
      else tally.add(control, result === "Pass" && reason === "Ok" ? undefined : `${resource}: ${result} (${reason})`);
    }
    return { outcomes: tally.outcomes(rowsByControl(bundle, controlOf)), faults };
  },
};

/** The control of each policy, by the policy's name. */
function controlsByPolicy({ files }: Bundle): Map<string, string> {
  const documents = files.filter(({ path }) => path.endsWith(".yaml") && !path.includes("/.kyverno-test/") && path.includes("/")).flatMap(({ content }) => parseAllDocuments(String(content)).map((document) => document.toJS() as Policy));
  return new Map(documents.flatMap(({ metadata }) => (metadata?.annotations?.["portcullis.dev/control"] === undefined ? [] : [[metadata.name, metadata.annotations["portcullis.dev/control"]] as const])));
}

interface Policy {
  readonly metadata?: { readonly name: string; readonly annotations?: Readonly<Record<string, string>> };
}

/** How many rows the tests of each control must give: one for each resource that they name. */
function rowsByControl({ files }: Bundle, controlOf: ReadonlyMap<string, string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { content } of files.filter(({ path }) => path.endsWith("/kyverno-test.yaml"))) {
    for (const { policy, resources } of (parse(String(content)) as { readonly results: readonly { readonly policy: string; readonly resources: readonly string[] }[] }).results) {
      const control = controlOf.get(policy) ?? policy;
      counts.set(control, (counts.get(control) ?? 0) + resources.length);
    }
  }
  return counts;
}

/** The tables that it prints, one for each test file, between lines about its progress. */
export function rows(text: string): Row[] {
  return [...text.matchAll(/^\[\n[^]*?^\]$/gm)].flatMap(([table]) => JSON.parse(table) as Row[]);
}
