import type { Span } from "../../diagnostics/span.ts";

/** Carries what Falco cannot say from where it stands to the rule around it, which reports it. Never leaves the backend. */
export class Refusal extends Error {
  readonly what: string;
  readonly span: Span;

  constructor(what: string, span: Span) {
    super(what);
    this.what = what;
    this.span = span;
  }
}
