import { type CheckIr, judgesPods, kindsWithoutPod } from "../../ir/control.ts";
import { changingParts } from "../admission/changing-parts.ts";
import { sparingNewNamespaces } from "../admission/new-namespaces.ts";
import type { CompiledControl } from "../backend.ts";
import { controlRules, expressionsOf, onlyAskedForMembership } from "../opa/control-rules.ts";
import type { RegoDialect } from "../opa/dialect.ts";
import { libraryRules } from "../opa/library-rules.ts";
import { mentions } from "../opa/lines.ts";
import { longData, RegoPackage } from "../opa/rego-package.ts";
import { stringText } from "../opa/rego-text.ts";
import { podBearingKinds } from "../../kubernetes/pod-bearing.ts";

/** The Rego of a template. Gatekeeper gives both packages names of its own. */
export interface RegoSource {
  readonly rego: string;
  /** Only what the control reads; undefined where it reads nothing of it. */
  readonly library?: string;
}

/** How Gatekeeper gives Rego its input (frameworks constraint pkg/client/drivers/rego): libraries have to stand under `lib`. */
const dialect = (kubernetesMinor: number): RegoDialect => ({
  request: "input.review",
  violations: "breaches",
  names: ["violation", "msg", "details", "breach", "defaults"],
  libraryImport: "import data.lib.portcullis as lib",
  wasm: false,
  // The driver takes every review through JSON and Go's float64 (frameworks constraint pkg/client/drivers/rego/driver.go).
  floats: true,
  inventory: {
    // What is in a namespace stands apart from what is in none.
    all: `objects(api_version, kind) := array.concat(
	[object | some object in data.inventory.cluster[api_version][kind]],
	[object |
		some kinds in data.inventory.namespace
		some object in kinds[api_version][kind]
	],
)`,
    inNamespace: "objects_in(api_version, kind, namespace) := [object | some object in data.inventory.namespace[namespace][api_version][kind]]",
  },
  kubernetesMinor: `# The minor version of the Kubernetes that the verdict is for: 37 for 1.37.\nkubernetes_minor := ${kubernetesMinor}`,
});

/** The Rego of a control for a Kubernetes minor. What a constraint leaves unset has the control's own default. */
export function regoSource({ check: given, control, id }: CompiledControl, kind: string, kubernetesMinor: number): RegoSource {
  const check = sparingNewNamespaces(given);
  const isPod = judgesPods(check.match);
  const library = new RegoPackage({ dialect: dialect(kubernetesMinor), sets: onlyAskedForMembership(expressionsOf(check)), names: [...Object.keys(libraryRules), ...unchangedNames] });
  const defaults = Object.fromEntries(Object.entries(control.parameters).map(([name, parameter]) => [name, parameter.default]));
  const { rules, importsLibrary } = controlRules(check, library, () => parametersText(defaults));
  if (isPod) for (const name of ["pod", "get"] as const) library.libraryRule(name);
  const imports = importsLibrary || isPod ? [library.dialect.libraryImport] : [];
  const rego = [`package ${kind.toLowerCase()}`, ...imports, violationText(id, isPod, check.clauses.some(({ finding }) => finding !== undefined)), ...rules].join("\n\n");
  const written = library.usedLibraryRules.map((name) => library.libraryRuleText(name));
  const texts = [...written, ...(isPod ? unchangedTexts(check) : []), ...library.sortedTexts("facts"), ...library.sortedTexts("helpers")];
  const needed = neededRules(texts, rego);
  return { rego: `${rego}\n`, ...(needed.length === 0 ? {} : { library: `${["package lib.portcullis", ...needed].join("\n\n")}\n` }) };
}

function violationText(id: string, isPod: boolean, hasFindings: boolean): string {
  const why = isPod ? "# What is deleted need not be judged, nor what an update leaves as it is." : "# What is deleted need not be judged.";
  const gates = ['\tnot input.review.operation == "DELETE"', ...(isPod ? ["\tnot lib.pod_is_unchanged"] : [])];
  return `${why}
violation contains {"msg": msg, "details": details} if {
${gates.join("\n")}
	some breach in breaches
	msg := ${hasFindings ? 'concat("", [breach.path, ": ", breach.message, " (", breach.finding, ")"])' : 'concat(": ", [breach.path, breach.message])'}
	details := object.union({"control": ${stringText(id)}}, breach)
}`;
}

function parametersText(defaults: Readonly<Record<string, unknown>>): string {
  return `# What a constraint may set.\n${longData("defaults", defaults, false)}\n\nparameters := object.union(defaults, {name: value | some name, value in input.parameters; value != null})`;
}

/** The rules that tell an update which leaves a pod as it is, and what of its metadata the check reads. */
const unchangedNames = ["old_pod", "pod_is_unchanged"];

function unchangedTexts(check: CheckIr): readonly string[] {
  const paths = [...new Set(podBearingKinds.map(({ podPath }) => podPath.map((name) => `${name}.`).join("")))];
  const olds = paths.map((prefix) => `old_pod := input.review.oldObject${prefix === "" ? "" : `.${prefix.slice(0, -1)}`} if pod_prefix == ${stringText(prefix)}`);
  const parts = (changingParts(check) ?? []).map((part) => (part.length === 1 ? stringText(part[0] ?? "") : `[${part.map(stringText).join(", ")}]`));
  return [
    `# The pod before an update; null where there was none.\ndefault old_pod := null\n\n${olds.join("\n\n")}`,
    `# Whether an update leaves all of the pod that is read as it was. Audits know no operation, and judge every pod.
pod_is_unchanged if {
	input.review.operation == "UPDATE"
	input.review.oldObject != null
${kindsWithoutPod(check.match).length === 0 ? "" : "\tpod_prefix != null\n"}${parts.map((part) => `\tget(pod, ${part}, null) == get(old_pod, ${part}, null)`).join("\n")}
}`,
  ];
}

/** The rules of a library that a package reads, and those that they read in turn, in their order. */
function neededRules(texts: readonly string[], rego: string): readonly string[] {
  const rules = texts.map((text) => ({ text, name: nameOf(text), code: withoutComments(text) }));
  const needed = new Set(rules.filter(({ name }) => new RegExp(`\\blib\\.${name}\\b`).test(rego)));
  for (const rule of needed) for (const other of rules) if (mentions(rule.code, other.name)) needed.add(other);
  return rules.filter((rule) => needed.has(rule)).map(({ text }) => text);
}

const withoutComments = (text: string): string => text.replace(/^#.*\n/gm, "");

function nameOf(text: string): string {
  const name = /^(?:default )?([a-z_]\w*)/.exec(withoutComments(text))?.[1];
  if (name === undefined) throw new Error(`a rule without a name: ${text}`);
  return name;
}
