import type { CompiledDetection } from "../backends/backend.ts";
import type { Rule } from "../dsl/detection.ts";
import { bodyOf, type FieldReader, fieldReader } from "../events/audit-fields.ts";
import type { ParameterOverrides } from "../bundle/settings.ts";
import { type Alert, alertOf } from "../plain/detect.ts";
import { defaultParameters } from "../plain/judge.ts";

/** What the rules make of one event. */
export interface Verdict {
  readonly alerts: readonly Alert[];
  /** Rules that did not fire and may owe that to a body that was not logged, with the body. */
  readonly undecided: readonly { readonly control: string; readonly body: "request" | "response" }[];
}

/** A detection by its id, as it runs. */
export type WatchingDetection = Pick<CompiledDetection, "id" | "detection">;

/**
 * Fields with few values, by which rules leave most events alone. A rule that has said no after reading nothing else says no to
 * every event in which they are the same, since it is a function of what it reads; so it is not asked again.
 */
const keyFields = ["ka.stage", "ka.verb", "ka.target.resource", "ka.target.subresource", "ka.response.code", "ka.uri.param[dryRun]", "ka.auth.decision"] as const;

/** How many combinations of these fields are kept in mind. A log made to have more only takes longer. */
const mostKeys = 20_000;

/** What reading a field says of the verdict: bits that are gathered while a rule runs. */
const marks = { key: 0, other: 1, request: 2, response: 4 } as const;

interface Slot {
  readonly read: FieldReader;
  readonly mark: number;
  /** The number of the event whose value this is. */
  event: number;
  value: unknown;
}

interface RunningRule {
  readonly control: string;
  readonly rule: Rule;
  readonly parameters: Readonly<Record<string, unknown>>;
}

type Keys = Map<unknown, Keys | RunningRule[]>;

/** Runs the rules of detections over audit events one by one, as `detect` does, and remembers what need not be asked twice. */
export class EventRules {
  readonly #rules: readonly RunningRule[];
  readonly #slots = new Map<string, Slot>();
  readonly #keySlots: readonly Slot[];
  readonly #fields: Readonly<Record<string, unknown>>;
  #keys: Keys = new Map();
  #keyCount = 0;
  #number = 0;
  #event: unknown;
  #seen = 0;

  constructor(detections: readonly WatchingDetection[], parameters: ParameterOverrides = {}) {
    this.#rules = detections.flatMap(({ id, detection }) => detection.rules.map((rule) => ({ control: id, rule, parameters: { ...defaultParameters(detection), ...parameters[id] } })));
    this.#keySlots = keyFields.map((name) => this.#slot(name, marks.key));
    const get = (_: Record<string, unknown>, name: string | symbol): unknown => (typeof name === "string" ? this.#read(name) : undefined);
    this.#fields = new Proxy(Object.create(null) as Record<string, unknown>, { get });
  }

  /** The verdict on an event that has an audit id. Throws where its values are nested too deeply to be written as text. */
  judge(event: Readonly<Record<string, unknown>>): Verdict {
    this.#event = event;
    this.#number += 1;
    const rules = this.#rulesFor();
    if (rules.length === 0) return nothing;
    const unlogged = (event["requestObject"] === undefined && event["level"] === "Metadata" ? marks.request : 0) | (event["responseObject"] === undefined && event["level"] !== "RequestResponse" ? marks.response : 0);
    const alerts: Alert[] = [];
    const undecided: { control: string; body: "request" | "response" }[] = [];
    let idle = false;
    for (const { control, parameters, rule } of rules) {
      this.#seen = 0;
      if (rule.when({ event: this.#fields, parameters } as never)) alerts.push(alertOf(rule, control, this.#fields));
      else if (this.#seen === 0) idle = true;
      else if ((this.#seen & unlogged) !== 0) undecided.push({ control, body: (this.#seen & unlogged & marks.request) !== 0 ? "request" : "response" });
    }
    if (idle) this.#forgetIdle(rules);
    return alerts.length === 0 && undecided.length === 0 ? nothing : { alerts, undecided };
  }

  /** The rules that are not known to say no to every event whose key fields are those of this one. */
  #rulesFor(): RunningRule[] {
    let keys = this.#keys;
    const last = this.#keySlots.length - 1;
    for (let index = 0; index < last; index += 1) {
      const value = this.#value(this.#keySlots[index] as Slot);
      let next = keys.get(value) as Keys | undefined;
      if (next === undefined) keys.set(value, (next = new Map()));
      keys = next;
    }
    const value = this.#value(this.#keySlots[last] as Slot);
    const known = keys.get(value) as RunningRule[] | undefined;
    if (known !== undefined) return known;
    if (this.#keyCount >= mostKeys) {
      this.#keys = new Map();
      this.#keyCount = 0;
    }
    this.#keyCount += 1;
    const rules = [...this.#rules];
    keys.set(value, rules);
    return rules;
  }

  /** Asks the rules once more, and takes those out that say no by the key fields alone. */
  #forgetIdle(rules: RunningRule[]): void {
    const awake = rules.filter(({ parameters, rule }) => {
      this.#seen = 0;
      return rule.when({ event: this.#fields, parameters } as never) || this.#seen !== 0;
    });
    rules.splice(0, rules.length, ...awake);
  }

  #slot(name: string, mark: number): Slot {
    const slot: Slot = { read: fieldReader(name), mark, event: 0, value: undefined };
    this.#slots.set(name, slot);
    return slot;
  }

  #read(name: string): unknown {
    const slot = this.#slots.get(name) ?? this.#slot(name, marks[bodyOf(name) ?? "other"]);
    this.#seen |= slot.mark;
    return this.#value(slot);
  }

  #value(slot: Slot): unknown {
    if (slot.event !== this.#number) {
      slot.value = slot.read(this.#event);
      slot.event = this.#number;
    }
    return slot.value;
  }
}

const nothing: Verdict = { alerts: [], undecided: [] };
