import type { CheckIr } from "../src/ir/control.ts";
import { resources } from "../src/kubernetes/generated/resources.ts";

const served: Readonly<Record<string, unknown>> = resources;

/** Whether a control judges what no request brings to the API server: configuration files, and the flags of components. No admission engine has a policy of it. */
export const isOfConfiguration = ({ check: { match } }: { readonly check: CheckIr }): boolean => match.component !== undefined || match.kinds.every(({ apiVersion, kind }) => served[`${apiVersion}/${kind}`] === undefined);

/** Whether a control looks at other objects than the one that it judges, which some engines do not show a policy. */
export const looksUp = ({ check }: { readonly check: CheckIr }): boolean => check.capabilities.some(({ name }) => name === "lookup");
