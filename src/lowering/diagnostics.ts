import { defineDiagnostics, text } from "../diagnostics/diagnostic.ts";

/** Faults found while a control's syntax tree becomes IR. */
export const lowering = defineDiagnostics("lowering", {
  "unbounded-loop": {
    severity: "error",
    message: text`A ${"keyword"} loop may never end, and no target can bound it.`,
    help: text`Walk a list with for…of, or ask it with .some() or .every().`,
  },
  "mutation": {
    severity: "error",
    message: text`${"what"} changes a value, and no target has variables that change.`,
    help: text`Declare a const for each value; build a list with .filter(), .map() or a spread.`,
  },
  "exception": {
    severity: "error",
    message: text`${"keyword"} handles or raises an exception, which targets do not have: a check always ends in a verdict.`,
    help: text`Guard optional fields with ?. and ??, and report a fault with deny().`,
  },
  "impure": {
    severity: "error",
    message: text`${"what"} gives another answer at another time or place, so two engines could not agree.`,
    help: text`Decide from the object, the parameters and kubernetesMinor alone.`,
  },
  "recursion": {
    severity: "error",
    message: text`${"name"} calls itself (${"cycle"}), and targets have no recursion.`,
    help: text`Walk the levels that the type has with nested for…of or .flatMap().`,
  },
  "any-type": {
    severity: "error",
    message: text`${"what"} has the type any, so nothing is known about it.`,
    help: text`Name the type; the generated Kubernetes types cover every field.`,
  },
  "cast": {
    severity: "error",
    message: text`${"syntax"} overrules the type checker, and the engines would meet the value that it hides.`,
    help: text`Narrow the value: compare it with undefined, or test it with typeof.`,
  },
  "truthiness": {
    severity: "error",
    message: text`${"expression"} is ${"type"}; whether an empty one counts as true differs between languages.`,
    help: text`Say what is meant: ${"expression"} !== undefined, or ${"expression"} !== ${"empty"}.`,
  },
  "operand-value": {
    severity: "error",
    message: text`${"expression"} gives one of its operands, which need not be a boolean here; targets only know whether it holds.`,
    help: text`Make each side a boolean (=== true, !== undefined), or choose a value with ?? or ?:.`,
  },
  "loose-equality": {
    severity: "error",
    message: text`${"operator"} converts its operands by rules that only JavaScript has.`,
    help: text`Write ${"strict"}.`,
  },
  "null-literal": {
    severity: "error",
    message: text`A check never meets null: a member that is null counts as absent.`,
    help: text`Compare with undefined.`,
  },
  "object-equality": {
    severity: "error",
    message: text`${"operator"} on lists or objects compares identity here and contents elsewhere.`,
    help: text`Compare scalar members.`,
  },
  "string-order": {
    severity: "error",
    message: text`${"operator"} on values that are not numbers orders them by rules that engines do not share.`,
    help: text`Compare numbers; for versions and quantities use the library's functions.`,
  },
  "string-length": {
    severity: "error",
    message: text`The length of a string counts UTF-16 units in JavaScript and characters elsewhere.`,
    help: text`Import characters from "portcullis" and write characters(${"expression"}).`,
  },
  "string-index": {
    severity: "error",
    message: text`${"expression"} picks a UTF-16 unit out of a string, which other engines cannot do.`,
    help: text`Use .startsWith(), .endsWith(), .includes(), .split() or a regular expression.`,
  },
  "absent-in-text": {
    severity: "error",
    message: text`${"expression"} may be absent, and the text would then read "undefined".`,
    help: text`Give it a value for that case: ${"expression"} ?? "none".`,
  },
  "not-text": {
    severity: "error",
    message: text`${"expression"} is ${"type"} and has no agreed form as text.`,
    help: text`Put scalar members into the text; join a list with .join(", ").`,
  },
  "regex-unportable": {
    severity: "error",
    message: text`${"feature"} in /${"pattern"}/ has no counterpart in RE2, which the engines use.`,
    help: text`${"advice"}`,
  },
  "regex-invalid": {
    severity: "error",
    message: text`/${"pattern"}/ is no valid regular expression: ${"reason"}.`,
    help: text`Mend the pattern; only the flags i and u are allowed.`,
  },
  "unknown-method": {
    severity: "error",
    message: text`.${"name"}() on ${"type"} is not part of the language.`,
    help: text`There, use ${"allowed"}.`,
  },
  "unknown-function": {
    severity: "error",
    message: text`${"name"} is not a function that a check can call.`,
    help: text`Call a function of your own (declared with function or as a const arrow in policies/) or one that "portcullis" exports.`,
  },
  "callback": {
    severity: "error",
    message: text`.${"name"}() needs a function that is written in place or named, with at most an element and an index.`,
    help: text`Write (item) => …, or the name of a helper function.`,
  },
  "unsupported-syntax": {
    severity: "error",
    message: text`${"syntax"} is not part of the language: no target could say it.`,
    help: text`The language reference (docs/language.md) lists what a check may use.`,
  },
  "lookup-namespace": {
    severity: "error",
    message: text`Objects of the kind ${"kind"} are in no namespace, so that a lookup in one would find none.`,
    help: text`Leave out the namespace: lookup() of the kind alone gives all of its objects.`,
  },
  "not-constant": {
    severity: "error",
    message: text`${"name"} is declared outside the check but is not made of literals.`,
    help: text`Make it a const of strings, numbers, booleans, lists and objects of those, or a function.`,
  },
  "deny-in-helper": {
    severity: "error",
    message: text`${"what"} lets a helper report violations, but helpers are pure: they only return values.`,
    help: text`Return what was found, and call deny() in the check.`,
  },
  "deny-arguments": {
    severity: "error",
    message: text`deny() takes a part of the object, a path under it, and a message${"finding"}.`,
    help: text`For example deny(container, "securityContext.privileged", \`container ${"example"} is privileged\`).`,
  },
  "deny-path": {
    severity: "error",
    message: text`The path of deny() must be written in place: dotted members, or a list with computed keys.`,
    help: text`Write "spec.hostPID", or ["verbs", index].`,
  },
  "flag-path": {
    severity: "error",
    message: text`A path that starts from ${"expression"} ends at the argument that it was read from.`,
    help: text`Write "" as the path.`,
  },
  "deny-finding": {
    severity: "error",
    message: text`The finding of deny() must be one of the letters that the control declares, written in place.`,
    help: text`Declare it under findings, and name it as a string literal.`,
  },
  "anchor-not-in-object": {
    severity: "error",
    message: text`${"expression"} is no part of the object, so a path cannot start from it.`,
    help: text`Pass the object, the pod, or an element that the check reached by walking them.`,
  },
  "context-use": {
    severity: "error",
    message: text`${"expression"} passes the whole context on, so what the check reads cannot be seen.`,
    help: text`Take what is needed out of it: check({ pod, deny }) { … }.`,
  },
  "early-exit": {
    severity: "error",
    message: text`${"keyword"} inside a loop makes the verdict depend on the order of a list, which engines do not keep.`,
    help: text`Use continue, or decide first with .some() or .find().`,
  },
  "loop-shape": {
    severity: "error",
    message: text`A loop in a helper must return a value from inside, and walk with for (const item of list).`,
    help: text`Write .some(), .find(), .filter() or .map() instead.`,
  },
  "captured-value": {
    severity: "error",
    message: text`${"name"} uses ${"captured"} from around it, but a helper knows only its parameters: that is what lets targets share it.`,
    help: text`Pass the value as a parameter, or write the condition in place.`,
  },
  "unknown-field": {
    severity: "error",
    message: text`Events of the source ${"source"} have no field ${"field"}.`,
    help: text`Let the editor complete the name; src/events/fields.tsv lists the fields with what they hold.`,
  },
  "broken-field": {
    severity: "error",
    message: text`A rule on ${"field"} would not say what it seems to: ${"trap"}.`,
    help: text`Read the value itself with event["jevt.value[/requestObject/…]"], or another field.`,
  },
  "computed-field": {
    severity: "error",
    message: text`The name of a field must stand in the rule as it is: engines look fields up when they load the rule.`,
    help: text`Write event["proc.name"], with the name in quotes.`,
  },
  "missing-return": {
    severity: "error",
    message: text`${"name"} can end without returning a value.`,
    help: text`Return on every way through the function.`,
  },
  "pointless-statement": {
    severity: "error",
    message: text`This statement has no effect on the verdict.`,
    help: text`Remove it, or use its value.`,
  },
  "number-literal": {
    severity: "error",
    message: text`${"literal"} is not a whole number that every engine holds exactly.`,
    help: text`Use whole numbers below 2^53.`,
  },
});
