import { defineDiagnostics, text } from "../../diagnostics/diagnostic.ts";

/** Faults found while Rego is written. */
export const opa = defineDiagnostics("opa", {
  "cannot-express": {
    severity: "error",
    message: text`The opa backend cannot express ${"what"}.`,
    help: text`${"advice"}`,
  },
});
