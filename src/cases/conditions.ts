import type { Compare, Equals, Expression, Includes, Matches, Present, TextTest } from "../ir/expressions.ts";
import { expressionText } from "../ir/print.ts";
import { children } from "../ir/walk.ts";
import type { Code, Compiler, Run } from "./compiler.ts";

/** Whether a fault is in; notes that it would have mattered here. */
export function faulty(run: Run, id: number): boolean {
  run.hits[id] = 1;
  return run.fault === id;
}

const isText = (value: unknown): value is string => typeof value === "string";

/** `""`, `[]` and `{}`: what careless code takes for absent. */
export function isEmpty(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return value === "";
  if (Array.isArray(value)) return value.length === 0;
  // Asked of every member that is read: a list of its keys would cost more than the rest of the run.
  for (const key in value) if (Object.hasOwn(value, key)) return false;
  return true;
}

/** A leaf among conditions: to be shown on both sides, and, by its kind, with the values at its edge. */
export function leaf(node: Expression, compiler: Compiler): Code {
  const text = expressionText(node);
  const inner = question(node, compiler);
  const holds = compiler.oblige(node, `${text} holds`, { side: true });
  const fails = compiler.oblige(node, `${text} does not hold`, { side: false });
  return (run) => {
    if (inner(run) === true) return !faulty(run, holds);
    return faulty(run, fails);
  };
}

function question(node: Expression, compiler: Compiler): Code {
  switch (node.kind) {
    case "equals": return equals(node, compiler);
    case "includes": return includes(node, compiler);
    case "compare": return compare(node, compiler);
    case "present": return present(node, compiler);
    case "text-test": return textTest(node, compiler);
    case "matches": return matches(node, compiler);
    case "some": {
      const walk = compiler.walk(node.list);
      const bind = compiler.bind(node.binder);
      const body = compiler.condition(node.body);
      return (run) => {
        const { values, keys } = walk(run);
        return values.some((value, index) => {
          bind(run, value, keys?.[index] ?? index);
          return body(run) === true;
        });
      };
    }
    case "type-test": {
      const value = compiler.value(node.value);
      return (run) => typeof value(run) === node.tested;
    }
    default: return compiler.value(node);
  }
}

/** A side of a comparison. What is written there asks for no obligation of its own: the comparison has it. */
function operand(node: Expression, compiler: Compiler): Code {
  const value = isFixed(node) || node.kind === "constant" ? writtenValue(node) : undefined;
  return value === undefined ? compiler.value(node) : () => value;
}

/** The value of a literal or constant, or of a list or record of literals; undefined for what has to be evaluated. */
export function writtenValue(node: Expression): unknown {
  if (node.kind === "literal") return node.value;
  if (node.kind === "constant") return writtenValue(node.value);
  if (node.kind === "list") return node.items.map(writtenValue);
  return node.kind === "record" ? Object.fromEntries(node.fields.map(({ name, value }) => [name, writtenValue(value)])) : undefined;
}

/** How two texts that differ may be taken for equal, by a comparison that is not exact. */
const nearMisses: readonly { readonly name: string; readonly near: (text: string, other: string) => boolean }[] = [
  { name: "differs in case alone", near: (text, other) => text.toLowerCase() === other.toLowerCase() },
  { name: "differs by what follows", near: (text, other) => text !== "" && other !== "" && (text.startsWith(other) || other.startsWith(text)) },
  { name: "differs by what precedes", near: (text, other) => text !== "" && other !== "" && (text.endsWith(other) || other.endsWith(text)) },
];

/** Whether the side of a comparison may be text. */
const mayBeText = (node: Expression): boolean => node.type.shapes.includes("string");

function equals(node: Equals, compiler: Compiler): Code {
  const [left, right] = [operand(node.left, compiler), operand(node.right, compiler)];
  const text = expressionText(node);
  const near = mayBeText(node.left) && mayBeText(node.right) ? nearMisses.map(({ name, near: test }) => ({ test, id: compiler.oblige(node, `${text}: the text ${name}`, { tier: "value", side: false }) })) : [];
  return (run) => {
    const [one, other] = [left(run), right(run)];
    run.observed?.note(node, 0, one);
    run.observed?.note(node, 1, other);
    if (one === other) return true;
    return isText(one) && isText(other) && near.some(({ test, id }) => test(one, other) && faulty(run, id));
  };
}

function includes(node: Includes, compiler: Compiler): Code {
  const [item, list] = [operand(node.item, compiler), operand(node.list, compiler)];
  const text = expressionText(node);
  const near = mayBeText(node.item) ? nearMisses.map(({ name, near: test }) => ({ test, id: compiler.oblige(node, `${text}: the text ${name}`, { tier: "value", side: false }) })) : [];
  const written = node.list.kind === "constant" ? node.list.value : node.list;
  const items = written.kind === "list" ? written.items.flatMap((each) => (each.kind === "literal" ? [{ value: each.value, id: compiler.oblige(node, `${text}: it is ${JSON.stringify(each.value)}`, { span: each.span, side: true }) }] : [])) : [];
  const later = items.length > 0 ? undefined : compiler.oblige(node, `${text}: it is not the first of them`, { tier: "value", side: true });
  return (run) => {
    const value = item(run);
    const values = (list(run) ?? []) as readonly unknown[];
    run.observed?.note(node, 0, value);
    run.observed?.note(node, 1, values);
    if (value === undefined) return false;
    const place = values.indexOf(value);
    if (place >= 0) {
      const named = items.find((each) => each.value === value);
      if (named !== undefined) return !faulty(run, named.id);
      return place === 0 || later === undefined || !faulty(run, later);
    }
    return isText(value) && near.some(({ test, id }) => values.some((each) => isText(each) && test(value, each)) && faulty(run, id));
  };
}

function compare(node: Compare, compiler: Compiler): Code {
  const [left, right] = [compiler.value(node.left), compiler.value(node.right)];
  const text = expressionText(node);
  const edge = compiler.oblige(node, `${text}: both are equal`);
  const { operator } = node;
  // A bound that is one too low or too high is seen just beyond it.
  const step = operator === "<" || operator === ">=" ? -1 : 1;
  const beyond = compiler.oblige(node, `${text}: the left is ${step < 0 ? "less" : "more"} by one`, { tier: "value" });
  return (run) => {
    const [one, other] = [left(run), right(run)] as [number, number];
    run.observed?.note(node, 0, one);
    run.observed?.note(node, 1, other);
    const answer = operator === "<" ? one < other : operator === "<=" ? one <= other : operator === ">" ? one > other : one >= other;
    return (one === other && faulty(run, edge)) || (one === other + step && faulty(run, beyond)) ? !answer : answer;
  };
}

function present(node: Present, compiler: Compiler): Code {
  const value = compiler.value(node.value);
  const empty = compiler.oblige(node, `${expressionText(node)}: it is there but empty`, { tier: "value", side: true });
  return (run) => {
    const found = value(run);
    return found !== undefined && !(isEmpty(found) && faulty(run, empty));
  };
}

function textTest(node: TextTest, compiler: Compiler): Code {
  const [textOf, searchOf] = [operand(node.text, compiler), operand(node.search, compiler)];
  const { operator } = node;
  const text = expressionText(node);
  const elsewhere = compiler.oblige(node, `${text}: the text stands elsewhere in it`, { tier: "value", side: operator === "contains" });
  const whole = compiler.oblige(node, `${text}: it is more than that text`, { tier: "value", side: true });
  const cased = compiler.oblige(node, `${text}: the case differs`, { tier: "value", side: false });
  const inside = operator === "contains" ? compiler.oblige(node, `${text}: something follows that text`, { tier: "value", side: true }) : undefined;
  const test = (one: string, other: string): boolean => (operator === "contains" ? one.includes(other) : operator === "starts-with" ? one.startsWith(other) : one.endsWith(other));
  return (run) => {
    const [one, other] = [String(textOf(run)), String(searchOf(run))];
    run.observed?.note(node, 0, one);
    run.observed?.note(node, 1, other);
    if (test(one, other)) {
      if (one !== other && faulty(run, whole)) return false;
      if (inside !== undefined && !one.endsWith(other) && faulty(run, inside)) return false;
      return !(operator === "contains" && !one.startsWith(other) && faulty(run, elsewhere));
    }
    if (operator !== "contains" && one.includes(other) && faulty(run, elsewhere)) return true;
    return test(one.toLowerCase(), other.toLowerCase()) && faulty(run, cased);
  };
}

function matches(node: Matches, compiler: Compiler): Code {
  const textOf = compiler.value(node.text);
  const end = node.source.lastIndexOf("/");
  const [body, flags] = [node.source.slice(1, end), node.source.slice(end + 1)];
  const pattern = new RegExp(body, flags);
  const text = expressionText(node);
  const looser = [
    ...(body.startsWith("^") ? [{ name: "something precedes the match", pattern: loosened(body.slice(1), flags) }] : []),
    ...(body.endsWith("$") && !body.endsWith("\\$") ? [{ name: "something follows the match", pattern: loosened(body.slice(0, -1), flags) }] : []),
    ...(flags.includes("i") || !/[A-Za-z]/.test(body) ? [] : [{ name: "the case differs", pattern: loosened(body, `${flags}i`) }]),
  ].flatMap(({ name, pattern: loose }) => (loose === undefined ? [] : [{ loose, id: compiler.oblige(node, `${text}: ${name}`, { tier: "value", side: false }) }]));
  return (run) => {
    const found = textOf(run);
    run.observed?.note(node, 0, found);
    const value = String(found);
    return pattern.test(value) || looser.some(({ loose, id }) => loose.test(value) && faulty(run, id));
  };
}

function loosened(body: string, flags: string): RegExp | undefined {
  try {
    return new RegExp(body, flags);
  } catch {
    return undefined;
  }
}

/** Whether the node is a condition by itself, rather than a value that may be true. */
export const isQuestion = (node: Expression): boolean => questions.has(node.kind);
const questions: ReadonlySet<Expression["kind"]> = new Set(["equals", "includes", "compare", "present", "text-test", "matches", "some", "type-test", "not", "and", "or"]);

/** Whether a condition asks nothing of what is judged: literals alone. */
export const isFixed = (node: Expression): boolean => node.kind === "literal" || (children(node).length > 0 && children(node).every(isFixed));
