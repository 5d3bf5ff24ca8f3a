/** A setting of a control that a target may change. `schema` is JSON Schema and holds for `default` too. */
export interface Parameter<Value> {
  readonly description: string;
  readonly default: Value;
  readonly schema: Readonly<Record<string, unknown>>;
}

export type ParameterDeclarations = Readonly<Record<string, Parameter<unknown>>>;

/** What a check reads as `parameters`. */
export type ParameterValues<Declarations extends ParameterDeclarations> = {
  readonly [Name in keyof Declarations]: Declarations[Name] extends Parameter<infer Value> ? Value : never;
};

interface Described<Value> {
  readonly description: string;
  readonly default: Value;
}

/** A list of strings, each of a pattern (that RE2 and ECMAScript read alike) where given. */
export function strings(options: Described<readonly string[]> & { readonly pattern?: string }): Parameter<readonly string[]> {
  const { description, default: value, pattern } = options;
  return { description, default: value, schema: { type: "array", items: { type: "string", ...(pattern === undefined ? {} : { pattern }) } } };
}

/** A list of globs, as `matchesGlob` reads them: each with at most four stars. */
export function globs(options: Described<readonly string[]>): Parameter<readonly string[]> {
  return { ...options, schema: { type: "array", items: { type: "string", pattern: "^[^*]*([*][^*]*){0,4}$" } } };
}

/** A list of names, each whole or its start with a star behind it, as `isListed` reads them. */
export function names(options: Described<readonly string[]>): Parameter<readonly string[]> {
  return { ...options, schema: { type: "array", items: { type: "string", pattern: "^[^*]*[*]?$" } } };
}

/** One string, of a pattern (that RE2 and ECMAScript read alike) where given. */
export function string(options: Described<string> & { readonly pattern?: string }): Parameter<string> {
  const { description, default: value, pattern } = options;
  return { description, default: value, schema: { type: "string", ...(pattern === undefined ? {} : { pattern }) } };
}

/** A switch. */
export function boolean(options: Described<boolean>): Parameter<boolean> {
  return { ...options, schema: { type: "boolean" } };
}

/** A whole number, within bounds where given. */
export function integer(options: Described<number> & { readonly minimum?: number; readonly maximum?: number }): Parameter<number> {
  const { description, default: value, minimum, maximum } = options;
  return { description, default: value, schema: { type: "integer", ...(minimum === undefined ? {} : { minimum }), ...(maximum === undefined ? {} : { maximum }) } };
}

/** A list of whole numbers. */
export function integers(options: Described<readonly number[]>): Parameter<readonly number[]> {
  return { ...options, schema: { type: "array", items: { type: "integer" } } };
}

/** One word out of a fixed list. */
export function choice<const Word extends string>(words: readonly Word[], options: Described<NoInfer<Word>>): Parameter<Word> {
  return { ...options, schema: { type: "string", enum: words } };
}

/** Several words out of a fixed list. */
export function choices<const Word extends string>(words: readonly Word[], options: Described<readonly NoInfer<Word>[]>): Parameter<readonly Word[]> {
  return { ...options, schema: { type: "array", items: { type: "string", enum: words } } };
}
