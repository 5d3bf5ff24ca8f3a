import { defineDiagnostics, text } from "../../diagnostics/diagnostic.ts";

/** What Falco's rules cannot say. Warnings: the capability report names the control too, and the other rules are emitted. */
export const falco = defineDiagnostics("falco", {
  "cannot-express": {
    severity: "warning",
    message: text`The falco backend cannot express ${"what"}, and leaves the rule out.`,
    help: text`Compare one field of the event with values that are known when the rules are written, or exclude the control from the target.`,
  },
  "no-event-type": {
    severity: "warning",
    message: text`The condition holds for any type of event, so Falco would run the rule for every system call of every process. The falco backend leaves the rule out.`,
    help: text`Say first which events it is about: isOneOf(event["evt.type"], ["execve", "execveat"]).`,
  },
});
