import type { Span } from "./span.ts";

/** A fault that an author can mend: coded, placed, explained. Reported, never thrown. */
export interface Diagnostic {
  /** `stage/name`, for example `lowering/unbounded-loop`. A published code keeps its meaning. */
  readonly code: string;
  readonly severity: "error" | "warning";
  readonly span: Span;
  /** What stands there and why that fails; ends with a full stop. */
  readonly message: string;
  /** What to write instead. */
  readonly help?: string;
}

type Placeholders = Readonly<Record<string, string>>;

/** A message with named holes. Made by `text`. */
export interface Template<Name extends string> {
  /** The message with its holes named, for the reference: "A {keyword} loop may never end." */
  readonly pattern: string;
  readonly fill: (values: Readonly<Record<Name, string>>) => string;
}

/** A template string whose substitutions are the names of holes: text`A ${"keyword"} loop may never end.` */
export function text<const Names extends readonly string[]>(strings: TemplateStringsArray, ...names: Names): Template<Names[number]> {
  const pattern = strings.reduce((done, part, index) => `${done}{${names[index - 1] ?? ""}}${part}`);
  return { pattern, fill: (values) => strings.reduce((done, part, index) => done + (values as Placeholders)[names[index - 1] ?? ""] + part) };
}

interface Definition {
  readonly severity: "error" | "warning";
  readonly message: Template<never> | Template<string>;
  readonly help?: Template<never> | Template<string>;
}

type NamesOf<T> = T extends Template<infer Name> ? Name : never;
type Holes<D extends Definition> = NamesOf<D["message"]> | NamesOf<D["help"]>;

type Makers<Stage extends string, Definitions extends Readonly<Record<string, Definition>>> = {
  readonly [Name in keyof Definitions]: ((values: Readonly<Record<Holes<Definitions[Name]>, string>>, span: Span) => Diagnostic) & { readonly code: `${Stage}/${Name & string}`; readonly message: string; readonly help: string };
};

/** Declares the diagnostics of a stage. A misspelt code or hole does not compile. */
export function defineDiagnostics<const Stage extends string, const Definitions extends Readonly<Record<string, Definition>>>(stage: Stage, definitions: Definitions): Makers<Stage, Definitions> {
  const makers = Object.entries(definitions).map(([name, { severity, message, help }]) => {
    const code = `${stage}/${name}`;
    const make = (values: Placeholders, span: Span): Diagnostic => ({
      code,
      severity,
      span,
      message: (message as Template<string>).fill(values),
      ...(help === undefined ? {} : { help: (help as Template<string>).fill(values) }),
    });
    return [name, Object.assign(make, { code, message: message.pattern, help: help?.pattern ?? "" })];
  });
  return Object.fromEntries(makers) as unknown as Makers<Stage, Definitions>;
}
