import type { MatchedKind } from "../../../ir/control.ts";
import { resources } from "../../../kubernetes/generated/resources.ts";
import { all, any, type Condition, not } from "../condition/condition.ts";
import type { Definitions } from "../definitions.ts";
import { fieldAt } from "./value.ts";

const served: Readonly<Record<string, { readonly plural: string }>> = resources;

const equals = (field: string, value: string): Condition => ({ kind: "comparison", field, operator: "=", value });
const exists = (field: string): Condition => ({ kind: "exists", field });

/** The requests by which an object of a kind comes to be kept, with all of it in the request. Undefined for kinds that no API server serves. */
export function requestsFor({ apiVersion, kind }: MatchedKind, definitions: Definitions): Condition | undefined {
  const plural = served[`${apiVersion}/${kind}`]?.plural;
  if (plural === undefined) return undefined;
  const group = apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : undefined;
  const groupField = fieldAt("/objectRef/apiGroup");
  const ofKind = all([stored(definitions), equals("ka.target.resource", plural), group === undefined ? not(exists(groupField)) : equals(groupField, group)]);
  return plural === "pods" && group === undefined ? createdPod(ofKind, definitions) : ofKind;
}

/** A patch holds only what it changes, and a dry run changes nothing. */
const stored = (definitions: Definitions): Condition =>
  definitions.macro("objects: stored", ["portcullis_stored"], () =>
    all([
      equals("ka.stage", "ResponseComplete"),
      { kind: "comparison", field: "ka.response.code", operator: "startswith", value: "2" },
      any([equals("ka.verb", "create"), equals("ka.verb", "update")]),
      not(exists("ka.target.subresource")),
      not(exists("ka.uri.param[dryRun]")),
    ]), "Whether an object was stored as the request gives it. A patch holds only what it changes, and is not read.");

/** What a Pod may do is settled when it is created. Kubelets create mirrors of Pods that they run already, which nobody can refuse. */
const createdPod = (ofKind: Condition, definitions: Definitions): Condition =>
  definitions.macro("objects: created pod", ["portcullis_stored_pod"], () => all([ofKind, equals("ka.verb", "create"), not({ kind: "comparison", field: "ka.user.name", operator: "startswith", value: "system:node:" })]),
    "Whether a Pod was created, by anybody but a kubelet. Whatever template it comes from, all that it may do is here.");
