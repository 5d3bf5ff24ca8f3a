import { resources } from "../../kubernetes/generated/resources.ts";
import type { CompiledControl } from "../backend.ts";

/** What Gatekeeper's audit, which meets objects outside of any request, does not know. */
const requestParts: Readonly<Record<string, string>> = { oldObject: "the object before an update", operation: "the operation", user: "the user" };

/** What the capability report has to say of a control that is emitted. */
export function reasonsOf({ check }: CompiledControl, parts: { readonly fails: boolean; readonly placed: number; readonly placements: number }): readonly string[] {
  const unknown = check.capabilities.flatMap(({ name }) => requestParts[name] ?? []);
  const others = check.match.kinds.flatMap(({ apiVersion, kind }) => otherVersions(apiVersion, kind).map((version) => `${version} ${kind}`));
  return [
    ...(parts.placed < parts.placements ? ["Its kinds are outside of namespaces, where stages for some namespaces do not reach."] : []),
    ...(unknown.length === 0 ? [] : [`Gatekeeper's audit does not know ${unknown.join(" and ")}.`]),
    ...(others.length === 0 ? [] : [`Gatekeeper gets an object in the version that it was sent in, and does not judge ${others.join(", ")}.`]),
    ...(parts.fails ? [] : ["Under these settings none of the control's own objects fails, so that its tests show only what passes."]),
  ];
}

/** The versions, but for alpha ones, under which the API server serves the same kind as well. */
function otherVersions(apiVersion: string, kind: string): readonly string[] {
  const groupOf = (version: string): string => version.split("/").slice(0, -1).join("/");
  const served = Object.keys(resources).filter((key) => key.endsWith(`/${kind}`)).map((key) => key.slice(0, -kind.length - 1));
  return served.filter((other) => other !== apiVersion && groupOf(other) === groupOf(apiVersion) && !other.includes("alpha"));
}
