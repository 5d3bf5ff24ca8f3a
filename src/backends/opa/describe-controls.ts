import { lookupsOf } from "../../ir/lookups.ts";
import { needsOf } from "../../ir/needs.ts";
import { newestMinor, oldestMinor } from "../../kubernetes/minors.ts";
import type { CompiledControl } from "../backend.ts";
import { entrypoint, type ManifestControl, type OpaManifest } from "./manifest.ts";

/** What a runner has to know of the controls in a policy; the compiler's version and the digest of the Rego are added by whoever compiles it. */
export function describeControls(controls: readonly CompiledControl[]): Omit<OpaManifest, "opaVersion" | "rego"> {
  return {
    entrypoint,
    kubernetes: { oldest: oldestMinor, newest: newestMinor },
    controls: controls.toSorted((left, right) => (left.id < right.id ? -1 : 1)).map(describe),
  };
}

function describe({ id, domain, control, check }: CompiledControl): ManifestControl {
  const { title, description, severity, frameworks, remediation, findings, optIn, replaces } = control;
  const parameters = Object.fromEntries(Object.entries(control.parameters).map(([name, parameter]) => [name, { description: parameter.description, default: parameter.default, schema: parameter.schema }]));
  const lookups = lookupsOf(check);
  const needs = needsOf(check);
  const isOfOperation = needs.every((each) => each.needs.every((name) => name === "operation"));
  return { id, domain, title, description, severity, frameworks, remediation, findings, replaces, ...(optIn === undefined ? {} : { optIn }), match: check.match, parameters, capabilities: check.capabilities.map(({ name }) => name), ...(isOfOperation ? {} : { needs }), ...(lookups.length === 0 ? {} : { lookups }) };
}
