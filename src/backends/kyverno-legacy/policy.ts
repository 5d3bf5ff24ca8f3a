import { unservedKinds } from "../admission/match-rules.ts";
import type { CompiledControl } from "../backend.ts";
import { kyvernoAnnotations, withoutVariables } from "../kyverno-annotations.ts";
import { type Exemption, exemptionText, type Stage } from "../rollout.ts";
import type { Place } from "./places.ts";

/** What a rule asks of a request, and what it says where it denies: the part that differs between CEL and JMESPath. */
export interface RuleBody {
  /** Members between `match` and `validate`, in their order. */
  readonly conditions: Readonly<Record<string, unknown>>;
  /** Members of `validate` after the settings of the place. */
  readonly validate: Readonly<Record<string, unknown>>;
}

/** A rule of a policy with the place that it judges in, as the tests beside the policy need it. */
export interface PlacedRule {
  readonly policy: string;
  readonly name: string;
  readonly place: Place;
  readonly rule: Readonly<Record<string, unknown>>;
}

/** The kinds that Kyverno matches, as group/version/kind: the core group is empty, since without a group any would do. */
export const kindNames = ({ check }: CompiledControl): readonly string[] => {
  const unserved = unservedKinds(check.match);
  return check.match.kinds.filter((kind) => !unserved.includes(kind)).map(({ apiVersion, kind }) => `${apiVersion.includes("/") ? "" : "/"}${apiVersion}/${kind}`);
};

const actions: Readonly<Record<Stage, "Audit" | "Enforce">> = { audit: "Audit", warn: "Audit", enforce: "Enforce" };

/** The rules of a control: one for each place, each for a policy of its own. */
export function rulesOf(compiled: CompiledControl, places: readonly Place[], body: RuleBody): readonly PlacedRule[] {
  const { id } = compiled;
  return places.map((place) => {
    const kinds = kindNames(compiled);
    const { namespaces, excluded } = place;
    const rule = {
      name: id.slice(0, 63),
      match: { any: [{ resources: { kinds, operations: ["CREATE", "UPDATE"], ...(namespaces === undefined ? {} : { namespaces }) } }] },
      ...(excluded.length === 0 ? {} : { exclude: { any: [{ resources: { namespaces: excluded } }] } }),
      ...body.conditions,
      // An update is judged even where the object was wrong before, as every other engine does.
      validate: { failureAction: actions[place.stage], allowExistingViolations: false, ...body.validate },
    };
    // Apart: Kyverno warns of what a rule only reports, too, where the policy warns or another rule of it refuses.
    return { policy: places.length > 1 ? `${id}-${place.stage}` : id, name: rule.name, place, rule };
  });
}

/** What a check may read that no scan of running objects knows. */
const requestParts: ReadonlySet<string> = new Set(["oldObject", "operation", "user"]);

/** The ClusterPolicies of a control: one for each place. */
export function policiesOf(compiled: CompiledControl, rules: readonly PlacedRule[], exemptions: readonly Exemption[]): readonly Readonly<Record<string, unknown>>[] {
  const background = !compiled.check.capabilities.some(({ name }) => requestParts.has(name));
  return rules.map(({ policy: name, place, rule }) => ({
    apiVersion: "kyverno.io/v1",
    kind: "ClusterPolicy",
    metadata: {
      name,
      annotations: {
        ...kyvernoAnnotations(compiled),
        ...(exemptions.length === 0 ? {} : { "portcullis.dev/exemptions": withoutVariables(exemptions.map(exemptionText).join("; ")) }),
        // Every kind with a pod template has its own place in the rules.
        "pod-policies.kyverno.io/autogen-controllers": "none",
      },
    },
    spec: {
      admission: true,
      background,
      ...(place.stage === "warn" ? { emitWarning: true } : {}),
      webhookConfiguration: { failurePolicy: "Fail" },
      rules: [rule],
    },
  }));
}
