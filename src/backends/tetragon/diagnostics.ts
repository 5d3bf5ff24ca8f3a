import { defineDiagnostics, text } from "../../diagnostics/diagnostic.ts";

/** What Tetragon's selectors cannot say. Warnings: the capability report names the control too, and the other findings are emitted. */
export const tetragon = defineDiagnostics("tetragon", {
  "cannot-express": {
    severity: "warning",
    message: text`The tetragon backend cannot express ${"what"}, and leaves the finding out.`,
    help: text`Ask for what a function of the kernel is given or its process has, and compare it with values that are known when the policies are written; or exclude the control from the target.`,
  },
});
