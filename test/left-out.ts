import type { CheckIr } from "../src/ir/control.ts";
import { lookupsOf } from "../src/ir/lookups.ts";
import { resources } from "../src/kubernetes/generated/resources.ts";

const served: Readonly<Record<string, unknown>> = resources;

/** Whether a control judges what no request brings to the API server: configuration files, and the flags of components. No admission engine has a policy of it. */
export const isOfConfiguration = ({ check: { match } }: { readonly check: CheckIr }): boolean => match.component !== undefined || match.files === true || match.kinds.every(({ apiVersion, kind }) => served[`${apiVersion}/${kind}`] === undefined);

/** Whether a control looks at other objects for all that it finds, so that nothing remains of it where an engine shows a policy one object. */
export function looksUp({ check }: { readonly check: CheckIr }): boolean {
  const looking = new Set(lookupsOf(check).map(({ finding }) => finding));
  return looking.size > 0 && check.clauses.every(({ finding }) => looking.has(finding));
}

/** The engines that show a policy one object at a time, so that it cannot look at others. */
export const showsOneObject: ReadonlySet<string> = new Set(["gatekeeper-cel", "kubernetes", "kyverno-legacy"]);
