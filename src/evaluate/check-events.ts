import { namespaceMatches } from "../backends/namespaces.ts";
import type { ParameterOverrides } from "../bundle/settings.ts";
import type { ExemptionEntry } from "../bundle/target.ts";
import type { LogItem, LogValue } from "../documents/log/log-value.ts";
import type { PathStep } from "../documents/read-item.ts";
import { type Severity, severities } from "../dsl/control.ts";
import { fieldReader } from "../events/audit-fields.ts";
import { recognize } from "../events/audit-log.ts";
import { identifyEvent } from "./event-identity.ts";
import { EventRules, type Verdict, type WatchingDetection } from "./event-rules.ts";
import type { CheckResult, ExemptedFinding, Finding, Place, Remark, Summary } from "./result.ts";

/** What a run judges events with. */
export interface EventCheckOptions {
  /** Those that were selected, all of them over the audit log. */
  readonly detections: readonly WatchingDetection[];
  readonly parameters?: ParameterOverrides;
  readonly exemptions?: readonly ExemptionEntry[];
}

/** A file may hold nothing but faults; more than so many are counted, and told in one sentence. */
const mostErrors = 100;

/** Why a rule could not decide, by the body that it asked for. */
const reasons = {
  request: "It needs the body of the request, which events of level Metadata lack.",
  response: "It needs the body of the response, which only events of level RequestResponse have.",
} as const;

/** Judges events as they are read, and keeps count. Holds nothing of an event once it has been judged. */
export class EventChecker {
  readonly #rules: EventRules;
  readonly #severities: ReadonlyMap<string, Severity>;
  readonly #options: EventCheckOptions;
  readonly #counts = { files: 0, documents: 0, errors: 0, exempted: 0, notEvaluated: 0, findings: Object.fromEntries(severities.map((name) => [name, 0])) as Record<Severity, number> };
  #file = "";
  #events = 0;
  #errors = 0;
  #lastError = 0;
  /** For how many events of the file each control lacked each body. */
  #undecided = new Map<string, { request: number; response: number }>();

  constructor(options: EventCheckOptions) {
    this.#options = options;
    this.#rules = new EventRules(options.detections, options.parameters);
    this.#severities = new Map(options.detections.map(({ id, detection }) => [id, detection.severity]));
  }

  /** Begins a file; `endFile` must follow. */
  startFile(file: string): void {
    this.#file = file;
    this.#events = 0;
    this.#errors = 0;
    this.#undecided = new Map();
    this.#counts.files += 1;
  }

  /** What there is to tell of an item: nothing of most, several things of a list of events. */
  check(item: LogItem): readonly CheckResult[] {
    return item.kind === "error" ? this.#refuse(item.error) : this.#checkValue(item, item.value, []);
  }

  /** What there is to tell of a file as a whole. */
  endFile(): CheckResult {
    const notEvaluated = [...this.#undecided].flatMap(([control, counts]) => (["request", "response"] as const).flatMap((body) => (counts[body] === 0 ? [] : [{ control, file: this.#file, reason: reasons[body], events: counts[body] }])));
    this.#counts.notEvaluated += notEvaluated.length;
    const hidden = this.#errors - mostErrors;
    const errors = hidden > 0 ? [{ file: this.#file, line: this.#lastError, column: 1, message: `${hidden.toLocaleString("en-US")} more of this file could not be read or judged; the last one stands here.` }] : [];
    const notes = this.#events + this.#errors === 0 ? [{ file: this.#file, line: 1, column: 1, message: "The file holds no event." }] : [];
    return { ...untold(this.#file), errors, notes, notEvaluated, events: this.#events };
  }

  /** An error in place of a verdict, for a run that has found no event: whoever asked for one must not take silence for a pass. */
  nothingFound(file: string): CheckResult {
    this.#counts.errors += 1;
    return { ...untold(file), errors: [{ file, line: 1, column: 1, message: "No audit event was found, so nothing was judged." }] };
  }

  /** What the run amounts to so far. */
  summary(): Summary {
    return { ...this.#counts, findings: { ...this.#counts.findings }, controls: this.#options.detections.length };
  }

  #checkValue(item: LogValue, value: unknown, path: readonly PathStep[]): readonly CheckResult[] {
    const recognized = recognize(value);
    if (recognized.kind === "list") return recognized.items.flatMap((each, index) => this.#checkValue(item, each, [...path, ...recognized.path, index]));
    if (recognized.kind === "other") return this.#refuse({ ...placeOf(item, path), message: recognized.message, ...(recognized.help === undefined ? {} : { help: recognized.help }) });
    this.#events += 1;
    this.#counts.documents += 1;
    const { event } = recognized;
    let verdict: Verdict;
    try {
      verdict = this.#rules.judge(event);
    } catch (error) {
      // JSON is parsed without a stack, and written with one.
      if (!(error instanceof RangeError)) throw error;
      return this.#refuse({ ...placeOf(item, path), message: "This event could not be judged: it is too large or nested too deeply." });
    }
    for (const { body, control } of verdict.undecided) {
      if (this.#exemptionOf(control, event) !== undefined) continue;
      const counts = this.#undecided.get(control) ?? { request: 0, response: 0 };
      this.#undecided.set(control, counts);
      counts[body] += 1;
    }
    return verdict.alerts.length === 0 ? [] : [this.#told(event, verdict, placeOf(item, path))];
  }

  #told(event: Readonly<Record<string, unknown>>, { alerts }: Verdict, place: Place): CheckResult {
    const findings: Finding[] = [];
    const exempted: ExemptedFinding[] = [];
    for (const { control, fields, finding, title } of alerts) {
      const severity = this.#severities.get(control) ?? "info";
      const told: Finding = { control, ...(finding === undefined ? {} : { finding }), path: "", message: title, fields, severity, ...place };
      const exemption = this.#exemptionOf(control, event);
      if (exemption === undefined) findings.push(told);
      else exempted.push({ ...told, exemption });
    }
    for (const { severity } of findings) this.#counts.findings[severity] += 1;
    this.#counts.exempted += exempted.length;
    return { ...untold(place.file), event: identifyEvent(event), findings, exempted };
  }

  /** The exemption that lets events in a namespace off a control, as Falco's rules of the same target do. */
  #exemptionOf(control: string, event: Readonly<Record<string, unknown>>): ExemptionEntry | undefined {
    const entries = this.#options.exemptions?.filter(({ controls }) => controls.includes(control)) ?? [];
    const namespace = entries.length === 0 ? undefined : namespaceField(event);
    return typeof namespace === "string" ? entries.find(({ namespaces }) => namespaces.some((glob) => namespaceMatches(glob, namespace))) : undefined;
  }

  #refuse(remark: Remark): readonly CheckResult[] {
    this.#errors += 1;
    this.#counts.errors += 1;
    this.#lastError = remark.line;
    return this.#errors > mostErrors ? [] : [{ ...untold(this.#file), errors: [remark] }];
  }
}

const placeOf = (item: LogValue, path: readonly PathStep[]): Place => ({ file: item.file, ...item.locate(path) });

const namespaceField = fieldReader("ka.target.namespace");

const untold = (file: string): CheckResult => ({ file, object: undefined, findings: [], exempted: [], errors: [], notes: [], notEvaluated: [], frame: () => [] });
