import { annotationsOf } from "./annotations.ts";
import type { CompiledControl } from "./backend.ts";

/** The annotations that Kyverno, its reports and its tools read, by those that every object carries. */
const names: Readonly<Record<string, string>> = {
  "portcullis.dev/title": "policies.kyverno.io/title",
  "portcullis.dev/category": "policies.kyverno.io/category",
  "portcullis.dev/severity": "policies.kyverno.io/severity",
  "portcullis.dev/description": "policies.kyverno.io/description",
};

/** What a policy of Kyverno tells of its control: under Kyverno's own names where it has them, and what it judges as the subject. */
export function kyvernoAnnotations(compiled: CompiledControl): Readonly<Record<string, string>> {
  const subject = compiled.check.match.kinds.map(({ kind }) => kind).join(", ");
  const entries = Object.entries(annotationsOf(compiled)).map(([name, value]) => [names[name] ?? name, withoutVariables(value)] as const);
  const own = entries.filter(([name]) => name.startsWith("policies.kyverno.io/"));
  const others = entries.filter(([name]) => !name.startsWith("policies.kyverno.io/"));
  return Object.fromEntries([...own, ["policies.kyverno.io/subject", subject], ...others]);
}

/** A text in which Kyverno finds neither a variable, `{{ }}`, nor a reference, `$( )`: it looks for both all over a policy. */
export const withoutVariables = (text: string): string => text.replace(/\{(?=\{)/g, "{ ").replaceAll("$(", "$ (");
