import { resources } from "../../kubernetes/generated/resources.ts";
import type { CompiledControl, TargetSettings } from "../backend.ts";
import { type CostReport, excessOf } from "../cel/cost/report.ts";

/** What Gatekeeper's audit, which meets objects outside of any request, does not know. */
const requestParts: Readonly<Record<string, string>> = { oldObject: "the object before an update", operation: "the operation", user: "the user" };

/** What the capability report has to say of a control that is emitted. `fails`: whether its tests fail an object. */
export function reasonsOf({ check, id }: CompiledControl, target: TargetSettings, made: { readonly fails: boolean; readonly constraints: number; readonly cost?: CostReport }): readonly string[] {
  const { exemptions, placements } = target.rollout(id);
  const unknown = check.capabilities.flatMap(({ name }) => requestParts[name] ?? []);
  const others = check.match.kinds.flatMap(({ apiVersion, kind }) => otherVersions(apiVersion, kind).map((version) => `${version} ${kind}`));
  const isLimited = exemptions.length > 0 || placements.some(({ namespaces }) => namespaces !== undefined);
  const judgesNamespaces = check.match.kinds.some(({ apiVersion, kind }) => apiVersion === "v1" && kind === "Namespace");
  const excess = made.cost === undefined ? undefined : excessOf(made.cost);
  return [
    ...(excess === undefined ? [] : [`Gatekeeper denies what costs more than it grants: the template has ${excess}.`]),
    ...(made.constraints < placements.length ? ["Its kinds are outside of namespaces, where stages for some namespaces do not reach."] : []),
    ...(unknown.length === 0 ? [] : [`Gatekeeper's audit does not know ${unknown.join(" and ")}.`]),
    ...(others.length === 0 ? [] : [`Gatekeeper gets an object in the version that it was sent in, and does not judge ${others.join(", ")}.`]),
    // Its match conditions ask for metadata.namespace alone (gatekeeper pkg/drivers/k8scel/transform/cel_snippets.go).
    ...(target.gatekeeper.language === "cel" && target.gatekeeper.generateVAP && isLimited && judgesNamespaces ? ["The ValidatingAdmissionPolicy that Gatekeeper generates judges Namespaces of every name, exempt ones too."] : []),
    ...(made.fails ? [] : ["Under these settings none of the control's own objects fails, so that its tests show only what passes."]),
  ];
}

/** The versions, but for alpha ones, under which the API server serves the same kind as well. */
function otherVersions(apiVersion: string, kind: string): readonly string[] {
  const groupOf = (version: string): string => version.split("/").slice(0, -1).join("/");
  const served = Object.keys(resources).filter((key) => key.endsWith(`/${kind}`)).map((key) => key.slice(0, -kind.length - 1));
  return served.filter((other) => other !== apiVersion && groupOf(other) === groupOf(apiVersion) && !other.includes("alpha"));
}
