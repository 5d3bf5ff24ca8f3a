import { relative } from "node:path";
import { type Node, type SourceFile, type Symbol as MorphSymbol, type Type } from "ts-morph";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Span } from "../diagnostics/span.ts";
import type { Binding, CapabilityRoot, Expression, HelperFunction } from "../ir/expressions.ts";
import { absentType, type ValueType } from "../ir/types.ts";
import { lowering } from "./diagnostics.ts";
import { valueTypeOf } from "./value-type.ts";

export type CapabilityName = CapabilityRoot | "lookup";

/** What a name in the control stands for: a value, or one of the context's members that is no value. */
export type Meaning =
  | { readonly kind: "value"; readonly value: Expression }
  | { readonly kind: "context" }
  | { readonly kind: "deny" }
  | { readonly kind: "lookup" }
  | { readonly kind: "parameters" };

/** What the controls of one compilation share: helper functions are lowered once, binding ids are unique. */
export interface LoweringSession {
  /** The folder that spans are relative to. */
  readonly root: string;
  /** The folder of the DSL's own source. */
  readonly library: string;
  readonly helpers: Map<Node, HelperFunction>;
  /** Where the elements that a binding takes on come from: the list that it walks, or the value that it was given. */
  readonly origins: Map<number, Expression>;
  nextId: number;
}

export function newSession(root: string, library: string): LoweringSession {
  return { root, library, helpers: new Map(), origins: new Map(), nextId: 1 };
}

/** The parts of lowering that call each other; a context carries them, so that their files need not import in circles. */
export interface Lowerers {
  readonly expression: (node: Node, context: LoweringContext) => Expression;
  readonly condition: (node: Node, context: LoweringContext) => Expression;
  readonly helper: (declaration: Node, context: LoweringContext, isCallback?: boolean) => HelperFunction | "recursive" | undefined;
}

/** What lowering one control keeps track of: the meaning of names, capabilities, faults. */
export class LoweringContext {
  readonly diagnostics: Diagnostic[] = [];
  readonly capabilities = new Map<CapabilityName, Span>();
  readonly session: LoweringSession;
  readonly #meanings = new Map<MorphSymbol, Meaning>();
  /** Helper functions that are being lowered, outermost first: one that appears twice is recursive. */
  readonly active: { readonly node: Node; readonly name: string }[] = [];

  readonly #lowerers: Lowerers;

  constructor(session: LoweringSession, lowerers: Lowerers) {
    this.session = session;
    this.#lowerers = lowerers;
  }

  /** Lowers an expression for its value. */
  expression(node: Node): Expression {
    return this.#lowerers.expression(node, this);
  }

  /** Lowers an expression for its truth. */
  condition(node: Node): Expression {
    return this.#lowerers.condition(node, this);
  }

  /** The helper function that a declaration makes; "recursive" while it is being lowered; undefined when it is none. */
  helper(declaration: Node, isCallback?: boolean): HelperFunction | "recursive" | undefined {
    return this.#lowerers.helper(declaration, this, isCallback);
  }

  report(diagnostic: Diagnostic): void {
    const same = (other: Diagnostic) => other.code === diagnostic.code && other.span.file === diagnostic.span.file && other.span.start === diagnostic.span.start;
    if (!this.diagnostics.some(same)) this.diagnostics.push(diagnostic);
  }

  /** Reports, and stands an absent value in for what could not be lowered, so that the rest is still looked at. */
  refuse(diagnostic: Diagnostic): Expression {
    this.report(diagnostic);
    return { kind: "absent", type: absentType, span: diagnostic.span };
  }

  span(node: Node): Span {
    return { file: this.fileName(node.getSourceFile()), start: node.getStart(), end: node.getEnd() };
  }

  fileName(file: SourceFile): string {
    return relative(this.session.root, file.getFilePath()).replaceAll("\\", "/");
  }

  /** The module that a node belongs to: its file, or "portcullis" for the library. */
  moduleName(node: Node): string {
    return this.isLibrary(node) ? "portcullis" : this.fileName(node.getSourceFile());
  }

  isLibrary(node: Node): boolean {
    return node.getSourceFile().getFilePath().startsWith(this.session.library);
  }

  /** The type of an expression where it stands, narrowing included. */
  typeOf(node: Node): ValueType {
    return this.typeOfType(node.getType(), node);
  }

  typeOfType(given: Type, node: Node): ValueType {
    const type = valueTypeOf(given);
    if (type !== undefined) return type;
    this.report(lowering["any-type"]({ what: quote(node) }, this.span(node)));
    return absentType;
  }

  bind(name: string, type: ValueType, origin?: Expression): Binding {
    const binding = { id: this.session.nextId++, name, type };
    if (origin !== undefined) this.session.origins.set(binding.id, origin);
    return binding;
  }

  define(symbol: MorphSymbol | undefined, meaning: Meaning): void {
    if (symbol !== undefined) this.#meanings.set(symbol, meaning);
  }

  meaning(symbol: MorphSymbol | undefined): Meaning | undefined {
    return symbol === undefined ? undefined : this.#meanings.get(symbol);
  }

  needs(name: CapabilityName, node: Node): void {
    if (!this.capabilities.has(name)) this.capabilities.set(name, this.span(node));
  }
}

/** A short quotation of the author's text, on one line. */
export function quote(node: Node): string {
  const text = node.getText().replace(/\s+/g, " ");
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/** A type in words: "a list", "a number or a string". */
export const typeWords = (type: ValueType): string => type.shapes.map((shape) => `${shape === "object" ? "an" : "a"} ${shape}`).join(" or ");
