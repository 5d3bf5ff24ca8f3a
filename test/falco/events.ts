import fc from "fast-check";
import type { CompiledDetection } from "../../src/backends/backend.ts";
import { type Condition, networkOf } from "../../src/backends/falco/condition/condition.ts";
import { auditFields } from "../../src/events/audit-fields.ts";
import { fieldNamed } from "../../src/events/lookup.ts";
import type { LoadedRule } from "./engine.ts";

type Event = Readonly<Record<string, unknown>>;

/**
 * Events near those that a detection knows: one of its own, with a few of the fields that its rules compare left out or set to a
 * value that the rules name, to one that nearly is, or to one of another event.
 */
export function eventsNear({ detection }: CompiledDetection, rules: readonly LoadedRule[]): fc.Arbitrary<Event> {
  const pools = new Map<string, unknown[]>();
  const add = (field: string, value: unknown): void => void pools.set(field, [...(pools.get(field) ?? []), value]);
  for (const { condition } of rules) collect(condition, (field, value) => add(Object.entries(networkOf).find(([, network]) => network === field)?.[0] ?? field, value));
  const known = detection.cases.map(({ event }) => (detection.source === "k8s_audit" ? auditFields(event) : event));
  const names = [...new Set([...pools.keys(), ...(detection.source === "syscall" ? detection.cases.flatMap(({ event }) => Object.keys(event)) : [])])].filter((name) => fieldNamed(detection.source, name) !== undefined);
  const bases = known.map((event) => Object.fromEntries(names.flatMap((name) => (event[name] === undefined ? [] : [[name, event[name]]]))));
  const values = new Map(names.map((name) => [name, valuesFor(detection.source, name, pools.get(name) ?? [], bases)]));
  const change = fc.tuple(fc.constantFrom(...names), fc.nat(), fc.nat()).map(([name, first, second]) => {
    const pool = values.get(name) ?? [];
    const [one, other] = [pool[first % pool.length], pool[second % pool.length]];
    const isList = fieldNamed(detection.source, name)?.isList === true;
    return [name, isList && one !== undefined ? (first % 5 === 0 ? [] : other === undefined ? [one] : [one, other]) : one] as const;
  });
  return fc.tuple(fc.constantFrom(...bases), fc.array(change, { maxLength: 5 })).map(([base, changes]) => consistent({ ...base, ...Object.fromEntries(changes) }));
}

function collect(condition: Condition, see: (field: string, value: string | undefined) => void): void {
  if (condition.kind === "not") collect(condition.operand, see);
  if (condition.kind === "all" || condition.kind === "any") for (const each of condition.operands) collect(each, see);
  if (condition.kind === "exists") see(condition.field, undefined);
  if (condition.kind === "comparison") see(condition.field, condition.value);
  if (condition.kind === "membership") for (const item of condition.items) if ("value" in item) see(condition.field, item.value);
}

/** Values of a field's type; undefined stands for an event without it. */
function valuesFor(source: CompiledDetection["detection"]["source"], name: string, named: readonly unknown[], bases: readonly Event[]): readonly unknown[] {
  const type = fieldNamed(source, name)?.field.type;
  const own = bases.flatMap((base) => [base[name]].flat()).filter((value) => value !== undefined);
  const texts = [...new Set([...named, ...own].filter((value) => value !== undefined).map(String))];
  if (type === "boolean") return [undefined, true, false];
  if (type === "number") return [undefined, ...new Set(texts.flatMap((text) => [Number(text), Number(text) + 1, Number(text) - 1]))];
  if (/^fd\.[sclr]?ip$/.test(name)) return [undefined, ...addresses, ...texts.filter((text) => !text.includes("/"))];
  return [undefined, "", ...texts, ...texts.flatMap((text) => [`${text}x`, `x${text}`, text.toUpperCase(), text.slice(0, -1), `/a/${text}/b`])];
}

const addresses = ["10.1.2.3", "172.16.0.1", "192.168.1.1", "127.0.0.1", "203.0.113.9", "169.254.169.254", "fd00:ec2::254", "2001:db8::1"];

/** An event whose descriptor has the family of its addresses, as sockets do. */
function consistent(event: Event): Event {
  const address = ["fd.sip", "fd.cip", "fd.rip", "fd.lip"].map((name) => event[name]).find((value) => typeof value === "string");
  const typechar = event["fd.typechar"];
  if (typeof address !== "string" || (typechar !== "4" && typechar !== "6")) return event;
  return { ...event, "fd.typechar": address.includes(":") ? "6" : "4" };
}
