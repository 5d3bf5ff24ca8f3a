import { defineDiagnostics, text } from "../../diagnostics/diagnostic.ts";

/** What all backends of admission policies have to say alike. Warnings: the capability report names the control too. */
export const admission = defineDiagnostics("admission", {
  "finding-left-out": {
    severity: "warning",
    message: text`The ${"backend"} backend shows a policy one object at a time, and leaves out ${"findings"}, which ${"need"} others.`,
    help: text`Judge it with the backends opa, gatekeeper (in Rego) or kyverno, or with check over the whole set of objects.`,
  },
});
