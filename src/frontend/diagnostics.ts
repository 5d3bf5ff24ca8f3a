import { defineDiagnostics, text } from "../diagnostics/diagnostic.ts";

/** Faults of a control's file as a whole. */
export const frontend = defineDiagnostics("frontend", {
  "duplicate-id": {
    severity: "error",
    message: text`The id ${"id"} belongs to ${"other"} already; reports could not tell the two apart.`,
    help: text`Rename one of the files: the name of the file is the id.`,
  },
  "control-id": {
    severity: "error",
    message: text`${"id"} is no control id: ids are lower-case words joined by dashes.`,
    help: text`Rename the file to ${"suggestion"}.ts.`,
  },
  "id-length": {
    severity: "error",
    message: text`The id ${"id"} has ${"count"} characters: names that are made of it would be longer than the 63 that Kubernetes takes for some.`,
    help: text`Rename the file: ${"most"} characters are the most.`,
  },
  "text-form": {
    severity: "error",
    message: text`${"field"} ${"fault"}.`,
    help: text`${"help"}`,
  },
  "no-control": {
    severity: "error",
    message: text`The default export of a control's file must be a call of defineControl with the definition written in place.`,
    help: text`Write export default defineControl({ … }), or drop the default export where the file only holds helpers.`,
  },
  "no-check": {
    severity: "error",
    message: text`The check must be a function that is written in place.`,
    help: text`Write check({ pod, deny }) { … } inside the definition.`,
  },
  "no-detection": {
    severity: "error",
    message: text`A detection's definition must be written in place.`,
    help: text`Write defineDetection({ … }) with the object between the parentheses.`,
  },
  "no-condition": {
    severity: "error",
    message: text`The condition of a rule must be a function that is written in place.`,
    help: text`Write when: ({ event, parameters }) => … inside the definition, or inside each of its rules.`,
  },
  "foreign-import": {
    severity: "error",
    message: text`${"module"} is outside the language: what a check calls must compile to every target.`,
    help: text`Import from "portcullis", or from a file beside the control.`,
  },
  "suppressed-types": {
    severity: "error",
    message: text`${"comment"} silences the type checker, which is what proves that the check cannot fail on any object.`,
    help: text`Remove the comment, and mend what the type checker says.`,
  },
  "module-throws": {
    severity: "error",
    message: text`The file cannot be loaded: ${"reason"}.`,
    help: text`Mend the statement that throws; declarations must not depend on anything outside the file.`,
  },
  "no-finding": {
    severity: "error",
    message: text`The finding ${"finding"} is declared, but no deny() reports it.`,
    help: text`Report it, or remove it from findings.`,
  },
  "no-deny": {
    severity: "error",
    message: text`The check never calls deny(), so it passes whatever it is given.`,
    help: text`Report what is wrong with deny(part, "path.under.it", "what stands there").`,
  },
});
