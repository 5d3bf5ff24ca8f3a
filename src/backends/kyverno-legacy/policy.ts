import { unservedKinds } from "../admission/match-rules.ts";
import type { CompiledControl } from "../backend.ts";
import { kyvernoAnnotations, withoutVariables } from "../kyverno-annotations.ts";
import type { Exemption, Stage } from "../rollout.ts";
import type { Place } from "./places.ts";

/** What a rule asks of a request, and what it says where it denies: the part that differs between CEL and JMESPath. */
export interface RuleBody {
  /** Ends the rule's name where a policy has several rules for one place. */
  readonly suffix?: string;
  /** The kinds that it judges; all of the control where it names none. */
  readonly kinds?: readonly string[];
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
  readonly kinds: readonly string[];
  readonly rule: Readonly<Record<string, unknown>>;
}

/** The kinds that Kyverno matches, as group/version/kind: the core group is empty, since without a group any would do. */
export const kindNames = ({ check }: CompiledControl): readonly string[] => {
  const unserved = unservedKinds(check.match);
  return check.match.kinds.filter((kind) => !unserved.includes(kind)).map(({ apiVersion, kind }) => `${apiVersion.includes("/") ? "" : "/"}${apiVersion}/${kind}`);
};

const actions: Readonly<Record<Stage, "Audit" | "Enforce">> = { audit: "Audit", warn: "Audit", enforce: "Enforce" };

/** The rules of a control: every body at every place. */
export function rulesOf(compiled: CompiledControl, places: readonly Place[], bodies: readonly RuleBody[]): readonly PlacedRule[] {
  const { id } = compiled;
  // Whether Kyverno warns is said once for a policy, so that what only reports cannot stand beside what warns.
  const apart = places.some(({ stage }) => stage === "warn") && places.some(({ stage }) => stage === "audit");
  return places.flatMap((place) =>
    bodies.map((body) => {
      const name = [id.slice(0, 40), body.suffix ?? "", places.length > 1 ? place.stage : ""].filter((part) => part !== "").join("-");
      const kinds = body.kinds ?? kindNames(compiled);
      const { namespaces, excluded } = place;
      const rule = {
        name,
        match: { any: [{ resources: { kinds, operations: ["CREATE", "UPDATE"], ...(namespaces === undefined ? {} : { namespaces }) } }] },
        ...(excluded.length === 0 ? {} : { exclude: { any: [{ resources: { namespaces: excluded } }] } }),
        ...body.conditions,
        // An update is judged even where the object was wrong before, as every other engine does.
        validate: { failureAction: actions[place.stage], allowExistingViolations: false, ...body.validate },
      };
      return { policy: apart && place.stage === "warn" ? `${id}-warn` : id, name, place, kinds, rule };
    }),
  );
}

/** What a check may read that no scan of running objects knows. */
const requestParts: ReadonlySet<string> = new Set(["oldObject", "operation", "user"]);

/** The ClusterPolicies of a control: one, or two where some places warn and others only report. */
export function policiesOf(compiled: CompiledControl, rules: readonly PlacedRule[], exemptions: readonly Exemption[]): readonly Readonly<Record<string, unknown>>[] {
  const background = !compiled.check.capabilities.some(({ name }) => requestParts.has(name));
  return [...new Set(rules.map(({ policy }) => policy))].map((name) => {
    const own = rules.filter(({ policy }) => policy === name);
    return {
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
        ...(own.some(({ place }) => place.stage === "warn") ? { emitWarning: true } : {}),
        webhookConfiguration: { failurePolicy: "Fail" },
        rules: own.map(({ rule }) => rule),
      },
    };
  });
}

function exemptionText({ namespaces, reason, owner, ticket, expires }: Exemption): string {
  const details = [owner, ticket, expires === undefined ? undefined : `until ${expires}`].filter((part) => part !== undefined);
  return `${namespaces.join(", ")}: ${reason}${details.length === 0 ? "" : ` (${details.join(", ")})`}`;
}
