import type { CapabilityRoot, Constant, RootName } from "../../ir/expressions.ts";
import type { RegoDialect } from "./dialect.ts";
import { freeName } from "./names.ts";
import { type LibraryRuleName, libraryRules } from "./library-rules.ts";
import { dataText, stringText } from "./rego-text.ts";
import type { Term } from "./term.ts";

/** The member of the request for each root. The object and the pod have rules that hold the match. */
const inputs: Readonly<Record<CapabilityRoot, string>> = {
  oldObject: "oldObject",
  operation: "operation",
  user: "userInfo",
  namespace: "namespaceObject",
};

/** The rule of a control's package that holds the component whose flags it judges. */
export const componentName = "component";

/** Where a rule stands in its file: facts before the violations, helpers behind them. */
export type Section = "facts" | "helpers";

interface RegoRule {
  readonly name: string;
  readonly wanted: string;
  readonly section: Section;
  text: string;
}

/**
 * A package in the making. Rules are made when something first refers to them, and once: a rule is known by a key that says
 * what it means.
 */
export class RegoPackage {
  /** The library, or undefined in the library itself. */
  readonly library: RegoPackage | undefined;
  readonly dialect: RegoDialect;
  /** What the root `object` is called here: the rule that holds the match, or the input itself. */
  readonly objectName: string;
  readonly #parameters: (() => string) | undefined;
  readonly #mayLackComponent: boolean;
  readonly #mayLackPod: boolean;
  readonly #rules = new Map<string, RegoRule>();
  readonly #names = new Set<string>();
  readonly #sets: ReadonlySet<string>;
  readonly #used = new Set<LibraryRuleName>();
  #importsLibrary = false;

  /** `parameters`: the text of the rule that holds them. `mayLackComponent`, `mayLackPod`: whether documents without the component or a pod are judged too. `sets`: keys of the constants that are only asked for membership. `names`: taken from the start. */
  constructor(options: { readonly dialect: RegoDialect; readonly library?: RegoPackage; readonly objectName?: string; readonly mayLackComponent?: boolean; readonly mayLackPod?: boolean; readonly parameters?: () => string; readonly sets: ReadonlySet<string>; readonly names: readonly string[] }) {
    this.library = options.library;
    this.dialect = options.dialect;
    this.objectName = options.objectName ?? `${options.dialect.request}.object`;
    this.#parameters = options.parameters;
    this.#mayLackComponent = options.mayLackComponent ?? false;
    this.#mayLackPod = options.mayLackPod ?? false;
    this.#sets = options.sets;
    for (const name of options.names) this.#names.add(name);
  }

  hasRule(name: string): boolean {
    return this.#names.has(name);
  }

  /** The name of the rule with this key; when it is new, `write` gives its text. */
  rule(key: string, wanted: string, section: Section, write: (name: string) => string, avoid: ReadonlySet<string> = new Set()): string {
    const known = this.#rules.get(key);
    if (known !== undefined) return known.name;
    const twin = [...this.#rules.values()].find((rule) => rule.wanted === wanted && rule.text !== "" && rule.text === write(rule.name));
    if (twin !== undefined) {
      this.#rules.set(key, twin);
      return twin.name;
    }
    const name = freeName(wanted, (candidate) => this.#names.has(candidate) || avoid.has(candidate));
    this.#names.add(name);
    const rule: RegoRule = { name, wanted, section, text: "" };
    this.#rules.set(key, rule);
    rule.text = write(name);
    return name;
  }

  /** The texts of the rules of a section, in the order in which they were first needed. */
  texts(section: Section): string[] {
    return this.#ofSection(section).map((rule) => rule.text);
  }

  /** The texts of a section, by name. */
  sortedTexts(section: Section): string[] {
    return this.#ofSection(section).sort((left, right) => (left.name < right.name ? -1 : 1)).map((rule) => rule.text);
  }

  #ofSection(section: Section): RegoRule[] {
    return [...new Set(this.#rules.values())].filter((rule) => rule.section === section);
  }

  /** How to refer to a rule that stands in the library. */
  inLibrary(name: string): string {
    if (this.library === undefined) return name;
    this.#importsLibrary = true;
    return `lib.${name}`;
  }

  /** How to refer to one of the library's hand-written rules; notes that it is needed. */
  libraryRule(name: LibraryRuleName): string {
    (this.library ?? this).#use(name);
    return this.inLibrary(name);
  }

  #use(name: LibraryRuleName): void {
    if (this.#used.has(name)) return;
    this.#used.add(name);
    for (const needed of libraryRules[name].needs) this.#use(needed);
  }

  /** The hand-written rules that something refers to, in the order of their table. */
  get usedLibraryRules(): readonly LibraryRuleName[] {
    return (Object.keys(libraryRules) as LibraryRuleName[]).filter((name) => this.#used.has(name));
  }

  /** The text of one of them. */
  libraryRuleText(name: LibraryRuleName): string {
    const { text } = libraryRules[name];
    return typeof text === "string" ? text : text(this.dialect);
  }

  get importsLibrary(): boolean {
    return this.#importsLibrary;
  }

  root(name: RootName): Term {
    if (name === "kubernetesMinor") return { text: this.libraryRule("kubernetes_minor"), refs: [], nullable: false };
    if (name === "component") return { text: componentName, refs: [componentName], nullable: this.#mayLackComponent };
    if (name === "pod" || name === "object") {
      const text = name === "pod" ? this.libraryRule("pod") : this.objectName;
      return { text, refs: [text], nullable: name === "pod" && this.#mayLackPod };
    }
    const text = `${this.dialect.request}.${inputs[name]}`;
    return { text, refs: [text], nullable: true, below: { base: this.dialect.request, keys: [stringText(inputs[name])] } };
  }

  /** The rule that holds the control's parameters. */
  parameters(): string {
    const text = this.#parameters;
    if (text === undefined) throw new Error("only a control's package has parameters");
    if (!this.#rules.has(parametersName)) this.#rules.set(parametersName, { name: parametersName, wanted: parametersName, section: "facts", text: text() });
    return parametersName;
  }

  /** The rule of a constant: a set where it is only asked for membership. */
  constant(constant: Constant): Term {
    const key = constantKey(constant);
    const text = this.rule(`constant ${key}`, constant.name, "facts", (name) => longData(name, constantData(constant), this.#sets.has(key)));
    return { text, refs: [], nullable: false };
  }
}

/** What makes two constants the same. */
export const constantKey = (constant: Constant): string => `${constant.module}#${constant.name}`;

/** The data of a constant. */
export function constantData(constant: Constant): unknown {
  const read = (value: Constant["value"]): unknown => {
    if (value.kind === "literal") return value.value;
    if (value.kind === "constant") return read(value.value);
    if (value.kind === "list") return value.items.map(read);
    if (value.kind === "concat") return value.lists.flatMap((list) => read(list) as unknown[]);
    if (value.kind === "record") return Object.fromEntries(value.fields.map((field) => [field.name, read(field.value)]));
    throw new Error(`the constant ${constant.name} holds ${value.kind}, which is no data`);
  };
  return read(constant.value);
}

const parametersName = "parameters";

const widest = 100;

/** A rule that is data, one item a line where it is long. */
export function longData(name: string, data: unknown, asSet: boolean): string {
  const short = `${name} := ${dataText(data, asSet)}`;
  if (short.length <= widest || typeof data !== "object" || data === null) return short;
  const items = Array.isArray(data) ? [...new Set(data.map((item) => dataText(item)))] : Object.entries(data).map(([key, member]) => `${stringText(key)}: ${dataText(member)}`);
  const [open, close] = Array.isArray(data) && !asSet ? ["[", "]"] : ["{", "}"];
  return `${name} := ${open}\n${items.map((item) => `\t${item},\n`).join("")}${close}`;
}
