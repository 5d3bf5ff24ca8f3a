import fc from "fast-check";
import type { CompiledDetection } from "../../src/backends/backend.ts";
import { auditFields } from "../../src/events/audit-fields.ts";
import type { EventSource } from "../../src/events/event-field.ts";
import { fieldNamed } from "../../src/events/lookup.ts";
import { mutated } from "../engines/k8saudit/event-mutations.ts";
import { randomNumbers } from "../object-mutations.ts";
import type { Fields } from "./comparisons.ts";
import type { LoadedRule } from "./engine.ts";
import type { Node } from "./grammar.ts";

type Event = Readonly<Record<string, unknown>>;

/** What the rules of a source read from an event of a detection's own. */
export const fieldsOf = (source: EventSource, event: Event): Event => (source === "k8s_audit" ? auditFields(event) : event);

export const asFields = (event: Event): Fields => (name) => event[name];

/**
 * The fields of events near those that a detection knows: one of its own, with a few of the fields that its rules compare left out or set to a
 * value that the rules name, to one that nearly is, or to one of another event; of the audit log also such with parts of the event taken away,
 * repeated or replaced.
 */
export function eventsNear({ detection: { cases, source } }: CompiledDetection, rules: readonly LoadedRule[]): fc.Arbitrary<Event> {
  const pools = new Map<string, unknown[]>();
  for (const { condition } of rules) collect(condition, (field, value) => void pools.set(field, [...(pools.get(field) ?? []), value]));
  const known = cases.map(({ event }) => fieldsOf(source, event));
  const own = source === "syscall" ? cases.flatMap(({ event }) => Object.keys(event)) : [];
  const names = [...new Set([...pools.keys(), ...own])].map((name) => name.replace(/^(fd\.[sclr])net$/, "$1ip"));
  const bases = known.map((event) => Object.fromEntries(names.flatMap((name) => (event[name] === undefined ? [] : [[name, event[name]]]))));
  const values = new Map(names.map((name) => [name, valuesFor(source, name, pools.get(name) ?? [], bases)]));
  const change = fc.tuple(fc.constantFrom(...names), fc.nat(), fc.nat()).map(([name, first, second]) => {
    const pool = values.get(name) ?? [];
    const [one, other] = [pool[first % pool.length], pool[second % pool.length]];
    const isList = fieldNamed(source, name)?.isList === true;
    return [name, isList && one !== undefined ? (other === undefined ? [one] : [one, other]) : one] as const;
  });
  const changed = fc.tuple(fc.constantFrom(...bases), fc.array(change, { maxLength: 4 })).map(([base, changes]) => ({ ...base, ...Object.fromEntries(changes) }));
  if (source === "syscall") return changed;
  const broken = fc.tuple(fc.constantFrom(...cases), fc.nat()).map(([{ event }, seed]) => fieldsOf(source, mutated(event, randomNumbers(seed)) as Event));
  return fc.oneof({ arbitrary: changed, weight: 3 }, { arbitrary: broken, weight: 1 });
}

function collect(node: Node, see: (field: string, value: string | undefined) => void): void {
  if (node.kind === "not") collect(node.child, see);
  if (node.kind === "and" || node.kind === "or") for (const child of node.children) collect(child, see);
  if (node.kind === "check") for (const value of node.values ?? [undefined]) see(node.field, value);
}

/** Values of a field's type; undefined stands for an event without it. */
function valuesFor(source: EventSource, name: string, named: readonly unknown[], bases: readonly Event[]): readonly unknown[] {
  const type = fieldNamed(source, name)?.field.type;
  const own = bases.flatMap((base) => [base[name]].flat()).filter((value) => value !== undefined);
  const texts = [...new Set([...named, ...own].filter((value) => value !== undefined).map(String))];
  if (type === "boolean") return [undefined, true, false];
  if (type === "number") return [undefined, ...new Set(texts.flatMap((text) => [Number(text), Number(text) + 1, Number(text) - 1]))];
  if (/^fd\.[sclr]ip$/.test(name)) return [undefined, ...addresses, ...texts.filter((text) => !text.includes("/"))];
  return [undefined, "", ...texts, ...texts.flatMap((text) => [`${text}x`, `x${text}`, text.toUpperCase(), text.slice(0, -1), `/a/${text}/b`])];
}

const addresses = ["10.1.2.3", "172.16.0.1", "192.168.1.1", "127.0.0.1", "203.0.113.9", "169.254.169.254", "fd00:ec2::254", "2001:db8::1", "::ffff:10.1.2.3"];
