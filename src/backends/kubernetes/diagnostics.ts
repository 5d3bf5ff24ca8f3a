import { defineDiagnostics, text } from "../../diagnostics/diagnostic.ts";

/** What admission policies cannot say. A warning: the capability report names the control too, and the others are emitted. */
export const kubernetes = defineDiagnostics("kubernetes", {
  "cannot-express": {
    severity: "warning",
    message: text`The kubernetes backend cannot express ${"what"}, and leaves the control out.`,
    help: text`Exclude the control from the target, or judge what the object itself says.`,
  },
  "over-cost-budget": {
    severity: "warning",
    message: text`The control has ${"what"}. The API server refuses a request that costs more, so that the kubernetes backend leaves the control out.`,
    help: text`Walk fewer lists inside of others, ask for less of each element, or exclude the control from the target.`,
  },
});
