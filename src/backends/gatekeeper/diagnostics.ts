import { defineDiagnostics, text } from "../../diagnostics/diagnostic.ts";

/** What a target's templates cannot say. A warning: the capability report names the control too, and the others are emitted. */
export const gatekeeper = defineDiagnostics("gatekeeper", {
  "cannot-express": {
    severity: "warning",
    message: text`The gatekeeper backend cannot express ${"what"}, and leaves the control out.`,
    help: text`Exclude the control from the target, or judge what the object itself says.`,
  },
});
