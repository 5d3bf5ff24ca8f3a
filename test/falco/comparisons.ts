import { cidrContains } from "../../src/dsl/intrinsics.ts";
import type { EventSource } from "../../src/events/event-field.ts";
import { fieldNamed } from "../../src/events/lookup.ts";

/** A field of an event by its name; undefined where the event has none. */
export type Fields = (name: string) => unknown;

/** How the engine compares a field: the types of libsinsp, a port being a number of 16 bits. */
interface Type {
  readonly name: "text" | "number" | "port" | "boolean" | "address" | "network";
  /** A field of several values, which takes `exists`, `in` and `intersects` alone. */
  readonly isList: boolean;
  /** Without a number, the fields of ancestors ask each of them, and hold if one does. */
  readonly isAncestors: boolean;
}

const operatorsOf: Readonly<Record<Type["name"], RegExp>> = {
  text: /^(=|==|!=|<|<=|>|>=|contains|icontains|startswith|endswith|glob|iglob|regex|in|pmatch|intersects)$/,
  number: /^(=|==|!=|<|<=|>|>=|in|intersects)$/,
  port: /^(=|==|!=|<|<=|>|>=|in|intersects)$/,
  boolean: /^(=|==|!=|in|intersects)$/,
  address: /^(=|==|!=|in|intersects)$/,
  network: /^(=|==|!=|in|intersects)$/,
};

const networkFields: Readonly<Record<string, string>> = { "fd.snet": "fd.sip", "fd.cnet": "fd.cip", "fd.rnet": "fd.rip", "fd.lnet": "fd.lip" };

/**
 * A check as Falco's engine makes it. One on a field that the event lacks is false, whatever it asks; so a denial of it is true. Throws where
 * Falco would not load it.
 * (Source: falcosecurity/libs, userspace/libsinsp/sinsp_filtercheck.cpp, filter_compare.cpp, value_parser.cpp.)
 */
export function compile(source: EventSource, field: string, operator: string, values: readonly string[] | undefined): (fields: Fields) => boolean {
  const type = typeOf(source, field);
  const of = networkFields[field] ?? field;
  const given = (fields: Fields): readonly unknown[] => [fields(of) ?? []].flat();
  if (operator === "exists" || values === undefined) return (fields) => given(fields).length > 0;
  if (!operatorsOf[type.name].test(operator) || (type.isList && operator !== "in" && operator !== "intersects")) throw new Error(`${field} takes no ${operator}`);
  const wanted = values.map((value) => parsed(type, field, value));
  const among = (value: unknown): boolean => wanted.some((each) => equal(type, value, each));
  if (operator === "in" && type.isList) return (fields) => given(fields).length > 0 && given(fields).every(among);
  if (operator === "in" || operator === "intersects") return (fields) => given(fields).some(among);
  if (operator === "pmatch") return (fields) => given(fields).some((value) => wanted.some((path) => liesIn(String(value), String(path))));
  const compare = wanted.map((each) => (value: unknown): boolean => compares(type, operator, value, each))[0];
  if (compare === undefined || wanted.length > 1) throw new Error(`${field} ${operator} takes one value`);
  return (fields) => (type.isAncestors ? given(fields).some(compare) : given(fields).slice(0, 1).some(compare));
}

function compares(type: Type, operator: string, value: unknown, wanted: string | number): boolean {
  if (operator === "=" || operator === "==") return equal(type, value, wanted);
  if (operator === "!=") return !equal(type, value, wanted);
  return type.name === "text" ? textual(operator, String(value), String(wanted)) : ordered(operator, Number(value) - Number(wanted));
}

function typeOf(source: EventSource, field: string): Type {
  if (field in networkFields && source === "syscall") return { name: "network", isList: false, isAncestors: false };
  const named = fieldNamed(source, field);
  if (named === undefined) throw new Error(`${source} has no field ${field}`);
  const isAncestors = named.isList && named.field.form === "ancestor";
  const name = /^fd\.[sclr]ip$/.test(field) ? "address" : /^fd\.[sclr]port$/.test(field) ? "port" : named.field.type === "string" ? "text" : named.field.type;
  return { name, isList: named.isList && !isAncestors, isAncestors };
}

/** A value of a condition as the type's own parser takes it. */
function parsed({ name }: Type, field: string, value: string): string | number {
  const refuse = (): never => {
    throw new Error(`${field} cannot be compared with ${JSON.stringify(value)}`);
  };
  switch (name) {
    case "text":
      return Buffer.byteLength(value) > 255 ? refuse() : value;
    case "number":
      return /^-?\d+$/.test(value) ? Number(value) : refuse();
    case "port":
      return /^\d+$/.test(value) ? Number(value) % 0x1_0000 : refuse();
    case "boolean":
      return value === "true" || value === "false" ? value : refuse();
    case "address":
    case "network":
      // What has a dot is read as IPv4, whatever else it has.
      return value.includes("/") === (name === "network") && !/:.*\/0$/.test(value) && cidrContains(value.includes(".") ? "0.0.0.0/0" : "::/0", value) ? value : refuse();
  }
}

function equal({ name }: Type, value: unknown, wanted: string | number): boolean {
  if (name === "network") return cidrContains(String(wanted), String(value));
  if (name === "address") return cidrContains(`${wanted}/${String(wanted).includes(":") ? 128 : 32}`, String(value));
  return typeof wanted === "number" ? value === wanted : String(value) === wanted;
}

const ordered = (operator: string, difference: number): boolean => (operator.startsWith("<") ? difference < 0 : difference > 0) || (operator.endsWith("=") && difference === 0);

function textual(operator: string, value: string, wanted: string): boolean {
  switch (operator) {
    case "contains":
      return value.includes(wanted);
    case "icontains":
      return value.toLowerCase().includes(wanted.toLowerCase());
    case "startswith":
      return value.startsWith(wanted);
    case "endswith":
      return value.endsWith(wanted);
    case "glob":
    case "iglob":
      return globPattern(wanted, operator === "iglob" ? "iu" : "u").test(value);
    case "regex":
      return new RegExp(`^(?:${wanted})$`, "u").test(value);
    default:
      return ordered(operator, Buffer.compare(Buffer.from(value), Buffer.from(wanted)));
  }
}

/** Whether a path is another one or lies below it. */
const liesIn = (path: string, above: string): boolean => path === above || path.startsWith(`${above.replace(/\/$/, "")}/`);

/** A pattern of fnmatch(3) without flags: `*` and `?` take slashes too. */
const globPattern = (glob: string, flags: string): RegExp =>
  new RegExp(`^${glob.replace(/\\(.)|\[([!^]?)([^\]]+)\]|[*?]|[^]/gu, (part, escaped: string | undefined, denied: string | undefined, set: string | undefined) => {
    if (escaped !== undefined) return literally(escaped);
    if (set !== undefined) return `[${denied === "" ? "" : "^"}${set.replace(/[\\^\]]/g, "\\$&")}]`;
    return part === "*" ? "[^]*" : part === "?" ? "[^]" : literally(part);
  })}$`, flags);

const literally = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
