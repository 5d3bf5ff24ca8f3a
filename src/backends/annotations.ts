import type { CompiledControl } from "./backend.ts";

/** What every emitted object tells of its control. Values are plain text on one line, as annotations are read. */
export function annotationsOf({ id, control, domain }: CompiledControl): Readonly<Record<string, string>> {
  const { title, severity, description, frameworks, remediation } = control;
  const editions = (name: string, by: Readonly<Record<string, readonly string[]>> = {}): readonly (readonly [string, string])[] => Object.entries(by).map(([edition, ids]) => [`portcullis.dev/${name}-${edition}`, ids.join(", ")]);
  return Object.fromEntries([
    ["portcullis.dev/control", id],
    ["portcullis.dev/title", title],
    ["portcullis.dev/category", domain],
    ["portcullis.dev/severity", severity],
    ["portcullis.dev/description", description],
    ["portcullis.dev/remediation", remediation],
    ...(frameworks.pss === undefined ? [] : [["portcullis.dev/pss", frameworks.pss.join(", ")] as const]),
    ...editions("cis", frameworks.cis),
    ...editions("nsa", frameworks.nsa),
    ...editions("owasp", frameworks.owasp),
    ...(frameworks.seed === undefined ? [] : [["portcullis.dev/seed", frameworks.seed.join(", ")] as const]),
  ]);
}
