/** A Rego source. The path is relative, with forward slashes; the compiled module holds it. */
export interface RegoFile {
  readonly path: string;
  readonly text: string;
}

/** What OPA refuses. Line and column count from 1; both are 0, and the path is empty, where OPA names no place. */
export interface RegoFault {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  /** OPA's own: "rego_parse_error", "rego_type_error", "rego_compile_error", "compile_error", … */
  readonly code: string;
  readonly message: string;
}

/** What to compile. An entrypoint is a rule as a path: "portcullis/violations". */
export interface RegoRequest {
  readonly files: readonly RegoFile[];
  readonly entrypoints: readonly string[];
}

/** With any error, `formatted` is empty or partial and there is no module. */
export interface RegoCompilation {
  /** The files as `opa fmt` writes them, by path. */
  readonly formatted: readonly RegoFile[];
  readonly errors: readonly RegoFault[];
  /** The OPA WASM module of the formatted files. */
  readonly wasm?: Uint8Array;
}

/**
 * OPA's own compiler. Rego is read as version 1 and strictly: an unused import, variable or argument is an error, and so is
 * a call of a builtin that OPA WASM would need its host for. Every implementation gives the same bytes.
 */
export interface RegoCompiler {
  readonly name: "wasi" | "native";
  /** Checks, formats, and compiles the formatted files to one module. */
  compile(request: RegoRequest): Promise<RegoCompilation>;
  /** Formats only: a file must parse, but may call and import what it likes. */
  format(files: readonly RegoFile[]): Promise<RegoCompilation>;
}

/** Sorted by path, as every compiler takes them. Throws on a path that OPA would read as something else. */
export function orderedFiles(files: readonly RegoFile[]): RegoFile[] {
  for (const { path } of files) {
    if (!/^(?!.*\.\.)[\w.][\w./-]*\.rego$/.test(path)) throw new Error(`not a relative path of a Rego file: ${path}`);
  }
  return files.toSorted((left, right) => (left.path < right.path ? -1 : 1));
}

/** The fault in words that say what to do: OPA calls a builtin that is not allowed an undefined function. */
export function explainFault(fault: RegoFault): RegoFault {
  const name = /^undefined function (?:internal\.)?(?!data\.)(\S+)$/.exec(fault.message)?.[1];
  if (name === undefined) return fault;
  return { ...fault, message: `${name} is neither a function of the policy nor a builtin that OPA WASM has without a host.` };
}
