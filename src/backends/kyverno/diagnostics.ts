import { defineDiagnostics, text } from "../../diagnostics/diagnostic.ts";

/** What ValidatingPolicies cannot say. A warning: the capability report names the control too, and the others are emitted. */
export const kyverno = defineDiagnostics("kyverno", {
  "cannot-express": {
    severity: "warning",
    message: text`The kyverno backend cannot express ${"what"}, and leaves the control out.`,
    help: text`Exclude the control from the target, or judge what the object itself says.`,
  },
});
