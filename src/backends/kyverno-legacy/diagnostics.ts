import { defineDiagnostics, text } from "../../diagnostics/diagnostic.ts";

/** What ClusterPolicies cannot say. A warning: the capability report names the control too, and the others are emitted. */
export const kyvernoLegacy = defineDiagnostics("kyverno-legacy", {
  "cannot-express": {
    severity: "warning",
    message: text`The kyverno-legacy backend cannot express ${"what"}, and leaves the control out.`,
    help: text`Exclude the control from the target, or judge what the object itself says.`,
  },
});
