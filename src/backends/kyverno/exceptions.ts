import { inNamespaces } from "../admission/namespaces.ts";
import type { CompiledControl } from "../backend.ts";
import { printCel } from "../cel/print.ts";
import type { Exemption } from "../rollout.ts";
import type { PlacedPolicy } from "./placed-policies.ts";

/**
 * The namespace of the exceptions. Kyverno heeds none unless it is started with `--enablePolicyException`, and those of one
 * namespace, or of all, by `--exceptionNamespace` (kyverno cmd/internal/flag.go).
 */
export const exceptionNamespace = "kyverno";

/** Whether that Kyverno ends an exception by itself: older schemas have no such member, and would drop it in silence. */
export function endsExceptions(engineVersion: string | undefined): boolean {
  const [major = 0, minor = 0] = (engineVersion ?? "0").split(".").map(Number);
  return major > 1 || (major === 1 && minor >= 19);
}

/** A PolicyException for each exemption of a control, from all its policies. Dots keep the names of several apart from other ids. */
export function exceptionsOf({ check, id }: CompiledControl, policies: readonly PlacedPolicy[], exemptions: readonly Exemption[], engineVersion: string | undefined): readonly Readonly<Record<string, unknown>>[] {
  return exemptions.map(({ namespaces, reason, owner, ticket, expires }, index) => ({
    apiVersion: "policies.kyverno.io/v1",
    kind: "PolicyException",
    metadata: {
      name: exemptions.length === 1 ? id : `${id}.${index + 1}`,
      namespace: exceptionNamespace,
      annotations: {
        "portcullis.dev/control": id,
        "portcullis.dev/reason": reason,
        ...(owner === undefined ? {} : { "portcullis.dev/owner": owner }),
        ...(ticket === undefined ? {} : { "portcullis.dev/ticket": ticket }),
        ...(expires === undefined ? {} : { "portcullis.dev/expires": expires }),
      },
    },
    spec: {
      policyRefs: policies.map(({ name }) => ({ name, kind: "ValidatingPolicy" })),
      matchConditions: [{ name: "namespace-exempt", expression: printCel(inNamespaces(namespaces, check.match)) }],
      reportResult: "skip",
      ...(expires === undefined || !endsExceptions(engineVersion) ? {} : { expiresAt: `${expires}T23:59:59Z` }),
    },
  }));
}
