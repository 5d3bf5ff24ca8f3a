import type { ManifestControl } from "../backends/opa/manifest.ts";
import { type ParameterOverrides, settingsFor } from "../bundle/settings.ts";
import type { ReadItem, SourceDocument } from "../documents/read-item.ts";
import { type Severity, severities } from "../dsl/control.ts";
import { createSchemaValidator } from "../kubernetes/schema-validator.ts";
import { applicableControls, missingCapabilities } from "./applicable-controls.ts";
import type { Engine } from "./engine.ts";
import { exemptionFinder, type ExemptionOptions } from "./exemptions.ts";
import type { CheckResult, ExemptedFinding, Finding, NotEvaluated, ObjectIdentity, Remark, Summary } from "./result.ts";
import { kindNameOf } from "../plain/object-set.ts";
import { inNamespace, type Surroundings } from "./surroundings.ts";
import { type UnknownFindings, unknownFindings } from "./unknown-findings.ts";
import { formatPath, parsePath, type PathSegment, type Violation } from "../plain/violation.ts";

/** What a run judges with. */
export interface CheckOptions extends Partial<ExemptionOptions> {
  readonly engine: Engine;
  /** The selected controls. */
  readonly controls: readonly ManifestControl[];
  readonly kubernetesMinor: number;
  readonly parameters?: ParameterOverrides;
  /** What the chosen profiles set of parameters. */
  readonly profileParameters?: ParameterOverrides;
  /** What controls look up; without it, those that do are not evaluated. */
  readonly surroundings?: Surroundings;
}

/** Judges what has been read, item by item, and keeps count. Holds nothing of a document once it has been judged. */
export class Checker {
  readonly #options: CheckOptions;
  readonly #validator = createSchemaValidator();
  readonly #severities: ReadonlyMap<string, Severity>;
  readonly #applicable: ReturnType<typeof applicableControls>;
  readonly #judge: ReturnType<Engine["prepare"]>;
  readonly #unknown: UnknownFindings;
  /** The kinds of objects that are judged among others. */
  readonly #looking: ReadonlySet<string>;
  readonly #exemptionsOf: ReturnType<typeof exemptionFinder>;
  readonly #counts = { files: 0, documents: 0, errors: 0, exempted: 0, notEvaluated: 0, findings: Object.fromEntries(severities.map((name) => [name, 0])) as Record<Severity, number> };
  /** Kinds whose missing schema has been noted. */
  readonly #unknownKinds = new Set<string>();
  #file: string | undefined;
  /** Controls that have been said not to be evaluated in this file. */
  #skipped = new Set<string>();

  constructor(options: CheckOptions) {
    const { engine, controls, kubernetesMinor, parameters, profileParameters, surroundings } = options;
    this.#options = options;
    this.#severities = new Map(controls.map(({ id, severity }) => [id, severity]));
    // A file is judged as a request to create what it holds.
    const given = ["operation", ...(surroundings === undefined ? [] : ["lookup"])];
    this.#applicable = applicableControls(controls, given);
    const complete = controls.filter((control) => missingCapabilities(control, given).length === 0);
    this.#unknown = unknownFindings(complete, surroundings?.isKnown ?? (() => false), given);
    this.#exemptionsOf = exemptionFinder({ exemptions: [], ...options });
    this.#judge = engine.prepare(settingsFor(engine.catalogue, complete, kubernetesMinor, parameters, profileParameters), surroundings?.others);
    this.#looking = new Set(complete.filter(({ lookups = [] }) => lookups.length > 0).flatMap(({ match }) => match.kinds.map(({ apiVersion, kind }) => `${apiVersion}/${kind}`)));
  }

  /** The verdict on a document, or what reading has to say. */
  check(item: ReadItem): CheckResult {
    const result = item.kind === "document" ? this.#checkDocument(item.document) : fromReading(item);
    this.#enter(result.file);
    this.#counts.errors += result.errors.length;
    this.#counts.notEvaluated += result.notEvaluated.length;
    this.#counts.exempted += result.exempted.length;
    for (const { severity } of result.findings) this.#counts.findings[severity] += 1;
    return result;
  }

  /** An error in place of a verdict, for a run that has found no object: whoever asked for one must not take silence for a pass. */
  nothingFound(file: string): CheckResult {
    this.#counts.errors += 1;
    return { ...unread, file, errors: [{ file, line: 1, column: 1, message: "No Kubernetes object was found, so nothing was checked." }] };
  }

  /** What the run amounts to so far. */
  summary(): Summary {
    return { ...this.#counts, findings: { ...this.#counts.findings }, controls: this.#options.controls.length };
  }

  #enter(file: string): void {
    if (file === this.#file) return;
    this.#file = file;
    this.#skipped = new Set();
    this.#counts.files += 1;
  }

  #checkDocument(document: SourceDocument): CheckResult {
    this.#enter(document.file);
    this.#counts.documents += 1;
    const object = identify(document.value);
    const { apiVersion = "", kind = "" } = object;
    const errors: Remark[] = [];
    const notes: Remark[] = [];

    const schema = this.#validator.validate(apiVersion, kind, document.value);
    const isServed = schema.known && schema.note === undefined;
    if (isServed) errors.push(...schema.errors.map(({ path, message, hint }) => remark(document, path, `${path.length === 0 ? "" : `${formatPath(path)}: `}${message}.`, hint)));
    // A slip in apiVersion or kind takes an object out of every control's sight, so it is no mere note.
    else if (schema.note !== undefined) errors.push(remark(document, ["kind"], `Kubernetes has no ${apiVersion} ${kind}, so its form was not checked and controls may have missed it.`, schema.note));
    else notes.push(...this.#noteUnknownKind(document, `${apiVersion} ${kind}`));

    // A document of the wrong form is judged all the same: what is wrong with it must not hide what is dangerous in it.
    const { judged, missing } = this.#applicable(apiVersion, kind);
    const { findings, exempted } = judged ? this.#findings(document, errors) : { findings: [], exempted: [] };
    return { file: document.file, object, findings, exempted, errors, notes, notEvaluated: this.#notEvaluated(document.file, [...missing, ...(this.#unknown.reasons.get(`${apiVersion}/${kind}`) ?? [])]), frame: (line, context) => document.frame(line, context) };
  }

  /** The violations of a document, those apart that the target exempts: an engine is not told of exemptions, so that they can be shown. */
  #findings(document: SourceDocument, errors: Remark[]): { readonly findings: readonly Finding[]; readonly exempted: readonly ExemptedFinding[] } {
    const kind = kindNameOf(document.value) ?? "";
    const isAmongOthers = this.#looking.has(kind);
    const verdict = this.#judge.judge(isAmongOthers ? inNamespace(document.value, this.#options.defaultNamespace) : document.value);
    if ("fault" in verdict) {
      errors.push(remark(document, [], verdict.fault));
      return { findings: [], exempted: [] };
    }
    const exemptionOf = this.#exemptionsOf(document.value);
    const findings: Finding[] = [];
    const exempted: ExemptedFinding[] = [];
    for (const violation of verdict.violations) {
      if (this.#unknown.rules(kind, violation)) continue;
      const finding = this.#place(document, violation);
      const entry = exemptionOf(violation.control);
      if (entry === undefined) findings.push(finding);
      else exempted.push({ ...finding, exemption: entry });
    }
    return { findings, exempted };
  }

  #place(document: SourceDocument, violation: Violation): Finding {
    const severity = this.#severities.get(violation.control);
    if (severity === undefined) throw new Error(`the engine reports control ${violation.control}, which does not run`);
    const path = parsePath(violation.path);
    return { ...violation, severity, file: document.file, ...document.locate(path), ...absentPart(document.value, path) };
  }

  #notEvaluated(file: string, missing: readonly { readonly control: string; readonly reason: string }[]): NotEvaluated[] {
    const fresh = missing.filter(({ control }) => !this.#skipped.has(control));
    for (const { control } of fresh) this.#skipped.add(control);
    return fresh.map(({ control, reason }) => ({ control, file, reason }));
  }

  /** One note a kind and run: there may be many objects of it. */
  #noteUnknownKind(document: SourceDocument, name: string): Remark[] {
    if (this.#unknownKinds.has(name)) return [];
    this.#unknownKinds.add(name);
    return [remark(document, ["kind"], `No schema is known for ${name}: the form of such objects was not checked.`)];
  }
}

/** A result without a document. */
const unread = { object: undefined, findings: [], exempted: [], errors: [], notes: [], notEvaluated: [], frame: () => [] };

function fromReading(item: Exclude<ReadItem, { kind: "document" }>): CheckResult {
  if (item.kind === "error") return { ...unread, file: item.error.file, errors: [item.error] };
  const { file, message, line = 1 } = item.note;
  return { ...unread, file, notes: [{ file, line, column: 1, message }] };
}

function remark(document: SourceDocument, path: readonly PathSegment[], message: string, hint?: string): Remark {
  return { file: document.file, ...document.locate(path), message, ...(hint === undefined ? {} : { help: asSentence(hint) }) };
}

/** `put it in quotes: "80"` as a sentence of its own. */
function asSentence(text: string): string {
  // An API group in front stays as it is.
  const start = /^[a-z]+[ ,]/.test(text) ? text.charAt(0).toUpperCase() : text.charAt(0);
  return start + text.slice(1) + (/[.?!]$/.test(text) ? "" : ".");
}

function identify(value: unknown): ObjectIdentity {
  const { apiVersion, kind, metadata } = members(value);
  const { namespace, name, generateName } = members(metadata);
  const identity: { -readonly [Key in keyof ObjectIdentity]: ObjectIdentity[Key] } = {};
  if (isName(apiVersion)) identity.apiVersion = apiVersion;
  if (isName(kind)) identity.kind = kind;
  if (isName(namespace)) identity.namespace = namespace;
  if (isName(name)) identity.name = name;
  else if (isName(generateName)) identity.name = `${generateName}*`;
  return identity;
}

const isName = (value: unknown): value is string => typeof value === "string" && value !== "";

const members = (value: unknown): Readonly<Record<string, unknown>> => (typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {});

/** The end of a path from the first step on that an object does not have. */
function absentPart(value: unknown, path: readonly PathSegment[]): { readonly absent?: string } {
  let part = value;
  for (const [index, step] of path.entries()) {
    if (typeof part !== "object" || part === null || !Object.hasOwn(part, step)) return { absent: formatPath(path.slice(index)) };
    part = (part as Readonly<Record<PathSegment, unknown>>)[step];
  }
  return {};
}
