import { type Clause, judgesPods, kindsWithoutPod, type MatchedKind, type MatchRule } from "../../../ir/control.ts";
import { fixSettings } from "../../../passes/fix-settings.ts";
import type { CompiledControl, EmitRequest } from "../../backend.ts";
import { all, any, type Condition } from "../condition/condition.ts";
import type { Definitions } from "../definitions.ts";
import type { DetectionRules } from "../detection-rules.ts";
import { namespaceExceptions, type RuleException } from "../exceptions.ts";
import { withoutRepetition } from "../order.ts";
import { Refusal } from "../refusal.ts";
import type { FalcoRule } from "../rule.ts";
import { ObjectConditions } from "./object-conditions.ts";
import { requestsFor } from "./requests.ts";
import { comparisonsIn, withoutImplied } from "./simplify.ts";
import { absent, at, known, type Value } from "./value.ts";

type Reason = DetectionRules["reasons"][number];

/** What a rule tells of a request. The name of an object that asked for a generated one is in the answer alone. */
const fields = ["ka.user.name", "ka.verb", "ka.target.namespace", "ka.target.resource", "ka.target.name", "ka.resp.name", "jevt.value[/sourceIPs/0]"];

/** Of the rules for objects, whoever runs Falco can excuse users: a controller that must make such objects, say. */
const allowedUsers: RuleException = { name: "allowed_users", field: "ka.user.name", operator: "in", values: [] };

/** The API server takes no debug container in a new Pod: they come later, by a subresource. */
const debugContainers = { "/requestObject/spec/ephemeralContainers": absent } as const;

/** More than this nobody reads, and every event is asked all of it. */
const mostComparisons = 160;

/**
 * The rules that report from the audit log what a control would have denied: an object that was stored while its policy only
 * audited, was not there yet, or whose engine was down. One for each finding that can be said; for each other, the reason.
 */
export function objectRules(compiled: CompiledControl, { settings, target }: EmitRequest, definitions: Definitions): DetectionRules {
  const { check, control, id } = compiled;
  const parameters = settings.parameters[id] ?? {};
  const fixed = fixSettings(settings.kubernetesMinor, parameters).run(check);
  const letters = [...new Set(check.clauses.map(({ finding }) => finding))];
  const exempt = namespaceExceptions("k8s_audit", target.rollout(id).exemptions);
  const outcomes = letters.map((finding): FalcoRule | Reason => {
    const clauses = fixed.clauses.filter((clause) => clause.finding === finding);
    const says = finding === undefined ? "" : `Finding ${finding}: `;
    try {
      const condition = conditionOf(clauses, check.match, parameters, definitions);
      if (condition.kind === "constant") return { text: `${says}With the target's settings nothing is denied.` };
      const title = finding === undefined ? control.title : (control.findings[finding] ?? control.title);
      return { title, fields, ...(finding === undefined ? {} : { finding }), condition, exceptions: [allowedUsers, ...exempt] };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { text: `${says}From the audit log Falco cannot tell ${error.what}.`, span: error.span };
    }
  });
  return {
    rules: outcomes.filter((outcome): outcome is FalcoRule => "condition" in outcome),
    reasons: outcomes.filter((outcome): outcome is Reason => !("condition" in outcome)),
    diagnostics: [],
  };
}

function conditionOf(clauses: readonly Clause[], match: MatchRule, parameters: Readonly<Record<string, unknown>>, definitions: Definitions): Condition {
  const [first] = clauses;
  if (first === undefined) return any([]);
  // A template is stored to have Pods made of it, and each of them is stored in its turn.
  const judged = judgesPods(match) ? [...match.kinds.filter(({ kind }) => kind === "Pod"), ...kindsWithoutPod(match)] : match.kinds;
  const byCondition = new Map<string, { readonly condition: Condition; readonly requests: Condition[] }>();
  for (const kind of judged) {
    const requests = match.files === true ? undefined : requestsFor(kind, definitions);
    if (requests === undefined) throw new Refusal("files, which are in no request", first.span);
    const condition = denied(clauses, kind, judgesPods(match) && kind.kind === "Pod", parameters);
    const key = JSON.stringify(condition);
    const known = byCondition.get(key);
    if (known === undefined) byCondition.set(key, { condition, requests: [requests] });
    else known.requests.push(requests);
  }
  const whole = any([...byCondition.values()].map(({ condition, requests }) => all([any(requests), condition])));
  const size = comparisonsIn(whole);
  if (size > mostComparisons) throw new Refusal(`it in fewer than ${size} comparisons, one for each element of its lists`, first.span);
  return withoutRepetition(whole);
}

/** When the object of a kind is denied by one of the clauses, or has a list that is longer than what is read of it. */
function denied(clauses: readonly Clause[], { apiVersion, kind }: MatchedKind, holdsPod: boolean, parameters: Readonly<Record<string, unknown>>): Condition {
  const object = at("/requestObject");
  const roots: Readonly<Record<string, Value>> = { object, ...(holdsPod ? { pod: object } : { pod: absent }) };
  const conditions = new ObjectConditions({ roots, parameters, fixed: { "/requestObject/apiVersion": known(apiVersion), "/requestObject/kind": known(kind), ...(holdsPod ? debugContainers : {}) } });
  const broken = any(clauses.map((clause) => conditions.clause(clause)));
  return broken.kind === "constant" ? broken : withoutImplied(any([broken, ...conditions.tooLong]));
}
