import type { ManifestControl } from "../backends/opa/manifest.ts";
import type { Frameworks, Severity } from "../dsl/control.ts";
import { levels } from "./severity.ts";

/** The scores that code scanning turns back into words: above 9 critical, from 7 high, from 4 medium, below that low. */
const scores = { critical: "9.5", high: "8.0", medium: "5.5", low: "3.0", info: "0.1" } as const satisfies Record<Severity, string>;

/** A control as a rule of SARIF. */
export function sarifRule({ id, title, description, severity, remediation, frameworks, domain }: ManifestControl): object {
  return {
    id,
    shortDescription: { text: title },
    fullDescription: { text: description },
    help: { text: `${description}\n\nWhat to do: ${remediation}`, markdown: `${description}\n\n**What to do:** ${remediation}` },
    defaultConfiguration: { level: levels[severity] },
    properties: { "security-severity": scores[severity], precision: "very-high", tags: ["security", "kubernetes", domain, ...frameworkTags(frameworks)] },
  };
}

/** `pss:privileged`, `cis-1.12:5.2.2`, `nsa-1.2:pod/no-privileged`: every framework id of a control, in one list. */
export function frameworkTags({ pss = [], cis = {}, nsa = {}, owasp = {}, seed = [] }: Frameworks): string[] {
  const edition = (name: string, ids: Readonly<Record<string, readonly string[]>>): string[] => Object.entries(ids).flatMap(([version, list]) => list.map((id) => `${name}-${version}:${id}`));
  return [...pss.map((id) => `pss:${id}`), ...edition("cis", cis), ...edition("nsa", nsa), ...edition("owasp", owasp), ...seed.map((id) => `seed:${id}`)];
}
