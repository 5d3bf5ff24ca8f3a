import { parseAllDocuments } from "yaml";
import type { CompiledControl } from "../../../src/backends/backend.ts";
import { emitGatekeeper } from "../../../src/backends/gatekeeper/index.ts";
import { emitRego } from "../../../src/backends/opa/emit-rego.ts";
import { entrypoint } from "../../../src/backends/opa/manifest.ts";
import { nativeCompiler } from "../../../src/backends/opa/rego-native.ts";
import { loadOpaModule } from "../../../src/evaluate/opa-module.ts";
import { defaultParameters, newestMinor } from "../../../src/plain/judge.ts";
import type { Violation } from "../../../src/plain/violation.ts";
import { targetSettings } from "../../target-settings.ts";
import { trimmed } from "../../../src/verify/comparison.ts";
import { type AdmissionRequest, judge } from "../admission/judge.ts";
import { policyFor } from "../admission/policies.ts";
import { engineBinary } from "../engine.ts";
import { type GatekeeperRequest, judgeGatekeeper } from "../gatekeeper/judge.ts";
import { judgeKyverno, type KyvernoRequest, type KyvernoVerdict } from "../kyverno/judge.ts";
import { clusterPolicyFor } from "../kyverno/legacy-policies.ts";
import { kyvernoDocuments } from "../kyverno/policies.ts";
import { lookedUp } from "../../../src/evaluate/surroundings.ts";
import { lookupsOf } from "../../../src/ir/lookups.ts";
import { ObjectSet } from "../../../src/plain/object-set.ts";
import type { Sight } from "../../../src/verify/sight.ts";
import { bySetting, type Case, groupedBy, resourceOf, type Setting } from "./case.ts";

/** What an engine says to a case. An engine that gives one text for all that it finds has a message, others have texts. */
export interface Verdict {
  readonly allowed: boolean;
  /** `path: message (finding)` of each violation. */
  readonly texts?: readonly string[];
  /** All of them in one text, in any order, joined by `; `, and cut where it grows too long. */
  readonly message?: string;
  /** Whether a condition left the request out. */
  readonly skipped?: true;
  /** Why there is no verdict. */
  readonly error?: string;
}

/** An engine, with what differs between engines besides the format of their policies. */
export interface Engine {
  readonly name: string;
  /** Whether its policies leave out updates of a pod that change nothing that the control reads; OPA is given no such condition. */
  readonly leavesOutUnchanged: boolean;
  /**
   * When a policy is given the Namespace: with every request, only for objects that name it, or never. For ClusterPolicies Kyverno asks the
   * API server, which is not there beside its code in process: test/engines/live judges those.
   */
  readonly givesNamespace: "always" | "when-named" | "never";
  /** Whether its policies can look at other objects. */
  readonly seesOthers: Sight;
  /** Whether null elements count in lists: such objects come to no API server, and CEL cannot skip them where it counts. */
  readonly countsNullElements: boolean;
  /** What it says in place of a message that costs more than it allows: a denial all the same. Gatekeeper gives a template 1,000,000 units in all. */
  readonly spentMessage?: string;
  /** Whether it has a policy for the control. */
  readonly has: (control: CompiledControl) => boolean;
  /** The verdicts in the order of the cases. Rejects where a policy is refused. */
  readonly judge: (control: CompiledControl, cases: readonly Case[]) => Promise<readonly Verdict[]>;
}

const settingsOf = ({ id, control }: CompiledControl, { minor, parameters }: Setting) => ({ kubernetesMinor: minor, controls: { [id]: true as const }, parameters: { [id]: { ...defaultParameters(control), ...parameters } } });
const usual: Setting = { minor: newestMinor, parameters: {} };
const textOf = ({ finding, path, message }: Pick<Violation, "finding" | "path" | "message">): string => `${path}: ${message}${finding === undefined ? "" : ` (${finding})`}`;

/** Throws what an engine says against policies that the product emits. */
function demand(errors: readonly (string | undefined)[], { id }: CompiledControl): void {
  const found = errors.filter((error) => error !== undefined);
  if (found.length > 0) throw new Error(`${id}: the engine refuses the policy: ${found.join("; ")}`);
}

/** OPA's WASM in Node, of all controls at once, as a target has it. */
export async function opaWasm(controls: readonly CompiledControl[]): Promise<Engine> {
  const { files } = emitRego(controls);
  const { errors, wasm } = await nativeCompiler(await engineBinary("opa")).compile({ files, entrypoints: [entrypoint] });
  if (wasm === undefined) throw new Error(`no policy.wasm: ${errors.map(({ message }) => message).join("; ")}`);
  return {
    name: "opa-wasm",
    leavesOutUnchanged: false,
    givesNamespace: "always",
    seesOthers: "always",
    countsNullElements: false,
    has: ({ domain, id }) => files.some(({ path }) => path === `rego/${domain}/${id}.rego`),
    judge: async (control, cases) => {
      // The set around an object is data, as the settings are.
      const groups = bySetting(cases).flatMap(({ places, setting }) => [...groupedBy(places, (place) => JSON.stringify(cases[place]?.others ?? []))].map(([others, same]) => ({ setting, others, places: same })));
      const inventoryOf = (others: string): unknown => new ObjectSet(JSON.parse(others) as unknown[]).inventory(lookedUp(lookupsOf(control.check)));
      const module = loadOpaModule(wasm, entrypoint, groups.map(({ others, setting }) => JSON.stringify({ settings: settingsOf(control, setting), inventory: inventoryOf(others) })));
      const verdicts: Verdict[] = [];
      for (const [index, { places }] of groups.entries()) {
        for (const place of places) {
          const { namespace, object, oldObject, operation, user } = cases[place] as Case;
          const [{ result }] = JSON.parse(module.evaluate(JSON.stringify({ object, oldObject, operation, userInfo: user, namespaceObject: namespace }), index)) as [{ readonly result: readonly Violation[] }];
          verdicts[place] = { allowed: result.length === 0, texts: result.map(textOf) };
        }
      }
      return verdicts;
    },
  };
}

/** Gatekeeper's constraint client with a template in Rego or in CEL: one process for each setting, since a kind has one template at a time. */
function gatekeeper(name: string, language: "rego" | "cel"): Engine {
  const documentsOf = (control: CompiledControl, setting: Setting): readonly { readonly kind: string }[] => {
    const { files } = emitGatekeeper({ controls: [control], settings: settingsOf(control, setting), target: targetSettings("enforce", { gatekeeper: { language, generateVAP: false } }), sourceOf: () => undefined, compiler: "auto" });
    return ["templates", "constraints"].flatMap((folder) => files.filter(({ path }) => path.startsWith(`${folder}/`) && !path.endsWith("kustomization.yaml")).flatMap(({ content }) => parseAllDocuments(String(content)).map((document) => document.toJS() as { readonly kind: string })));
  };
  return {
    name,
    leavesOutUnchanged: true,
    givesNamespace: "always",
    seesOthers: language === "cel" ? "never" : "but-for-new-namespaces",
    countsNullElements: language === "cel",
    ...(language === "cel" ? { spentMessage: "failed messageExpression: validation failed due to running out of cost budget, no further validation rules will be run" } : {}),
    has: (control) => documentsOf(control, usual).length > 0,
    judge: async (control, cases) => {
      const verdicts: Verdict[] = [];
      for (const { places, setting } of bySetting(cases)) {
        const documents = documentsOf(control, setting);
        const { answers, reports } = await judgeGatekeeper(documents, places.map((place): GatekeeperRequest => {
          const { namespace, object, oldObject, operation, others, user } = cases[place] as Case;
          return { operation, object, oldObject, ...(others === undefined ? {} : { inventory: others }), ...(user === undefined ? {} : { userInfo: user }), ...(namespace === undefined ? {} : { namespace: { apiVersion: "v1", kind: "Namespace", ...namespace } }) };
        }));
        demand(reports.map(({ error }) => error), control);
        for (const [index, answer] of answers.entries()) {
          const place = places[index] as number;
          if (answer.error !== undefined) verdicts[place] = { allowed: false, error: answer.error };
          else if (language === "cel") verdicts[place] = { allowed: answer.violations.length === 0, message: answer.violations.map(({ message }) => message).join("; ") };
          else verdicts[place] = { allowed: answer.violations.length === 0, texts: answer.violations.map(({ details = {} }) => (details["control"] === control.id ? textOf(details as never) : JSON.stringify(details))) };
        }
      }
      return verdicts;
    },
  };
}

/** The API server's own admission code with a ValidatingAdmissionPolicy. */
const kubernetes: Engine = {
  name: "kubernetes",
  leavesOutUnchanged: true,
  givesNamespace: "always",
  seesOthers: "never",
  countsNullElements: true,
  has: (control) => policyFor(control) !== undefined,
  judge: async (control, cases) => {
    const groups = bySetting(cases);
    const requests = cases.map(({ namespace, object, oldObject, operation, subresource, user }, place): AdmissionRequest => ({
      operation, object, oldObject, raw: true, resource: resourceOf(object), ...(subresource === undefined ? {} : { subresource }), policies: [groups.findIndex(({ places }) => places.includes(place))],
      ...(user === undefined ? {} : { user: { name: String(user["username"] ?? ""), groups: (user["groups"] ?? []) as string[] } }), ...(namespace === undefined ? {} : { namespace }),
    }));
    const { answers, reports } = await judge(groups.map(({ setting }) => policyFor(control, setting.minor, setting.parameters)), requests);
    demand(reports.flatMap(({ errors, warnings }) => [...errors, ...warnings]), control);
    return answers.map((answer): Verdict => {
      if ("error" in answer) return { allowed: false, error: answer.error };
      const [verdict] = answer.verdicts;
      return verdict ?? { allowed: false, error: "the policy gave no verdict" };
    });
  },
};

/** Kyverno's own admission code with policies of one of its two kinds. */
function kyverno(name: string, policyOf: (control: CompiledControl, setting: Setting) => unknown, givesNamespace: Engine["givesNamespace"], seesOthers: Engine["seesOthers"]): Engine {
  return {
    name,
    leavesOutUnchanged: true,
    givesNamespace,
    seesOthers,
    countsNullElements: true,
    has: (control) => policyOf(control, usual) !== undefined,
    judge: async (control, cases) => {
      const groups = bySetting(cases);
      const requests = cases.map(({ namespace, object, oldObject, operation, others, subresource, user }, place): KyvernoRequest => ({
        operation, object, ...(others === undefined ? {} : { inventory: others }), ...(oldObject === undefined ? {} : { oldObject }), raw: true, resource: resourceOf(object), ...(subresource === undefined ? {} : { subresource }), policies: [groups.findIndex(({ places }) => places.includes(place))],
        ...(user === undefined ? {} : { user }), ...(namespace === undefined ? {} : { namespace: { apiVersion: "v1", kind: "Namespace", ...namespace } }),
      }));
      const { answers, reports } = await judgeKyverno(groups.map(({ setting }) => policyOf(control, setting)), requests);
      demand(reports.flatMap(({ errors }) => errors), control);
      return answers.map((answer): Verdict => (answer.error === undefined ? kyvernoVerdict(answer.verdicts[0]) : { allowed: false, error: answer.error }));
    },
  };
}

function kyvernoVerdict(verdict: KyvernoVerdict | undefined): Verdict {
  if (verdict === undefined || !verdict.matched) return { allowed: true, error: "the policy did not judge" };
  const { allowed, blocked = false, error, message = "", skipped } = verdict;
  if (allowed === blocked) return { allowed, error: `the policy ${allowed ? "allows" : "denies"}, the webhook does not` };
  return { allowed, message: trimmed(message), ...(skipped === undefined ? {} : { skipped }), ...(error === undefined ? {} : { error }) };
}

/** The engines that need no more than one control at a time: every one but OPA. */
export const admissionEngines: readonly Engine[] = [
  gatekeeper("gatekeeper", "rego"),
  gatekeeper("gatekeeper-cel", "cel"),
  kubernetes,
  kyverno("kyverno", (control, setting) => kyvernoDocuments(control, setting)[0], "when-named", "but-for-new-namespaces-of-users"),
  kyverno("kyverno-legacy", clusterPolicyFor, "never", "never"),
];
