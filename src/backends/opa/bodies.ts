import { finishBody, type Line, line } from "./lines.ts";
import { indent } from "./rego-text.ts";

const widest = 100;

/** A rule with its body: on one line where the body is a single short expression. */
export function ruleText(head: string, body: readonly string[]): string {
  if (body.length === 0) return head;
  const [only] = body;
  if (body.length === 1 && only !== undefined && !only.includes("\n") && head.length + only.length < widest - 4) return `${head} if ${only}`;
  return `${head} if ${block(body)}`;
}

/** A body in braces, one expression a line. */
export const block = (body: readonly string[]): string => `{\n${body.map((text) => `${indent(text)}\n`).join("")}}`;

/** `[head | body]`, over several lines where it is long. The lines are those of the body alone. */
export function comprehension(head: string, lines: readonly Line[]): string {
  const body = finishBody(lines, [head]);
  if (body.length === 0) return `[${head}]`;
  const short = `[${head} | ${body.join("; ")}]`;
  if (body.length <= 2 && short.length <= 90 && !short.includes("\n")) return short;
  return `[${head} |\n${indent(body.join("\n"))}\n]`;
}

/** A list, one item a line where it is long. */
export function listText(items: readonly string[]): string {
  const short = `[${items.join(", ")}]`;
  return short.length <= widest && !short.includes("\n") ? short : `[\n${items.map((item) => `${indent(item)},\n`).join("")}]`;
}

/** A call. Where an argument before the last takes several lines, each has its own, as OPA's formatter sets them. */
export function callText(name: string, given: readonly string[]): string {
  return `${name}(${separated(given)})`;
}

/** The parts of a list of texts that are joined, set as the arguments of a call. */
export const textsText = (texts: readonly string[]): string => `[${separated(texts)}]`;

function separated(given: readonly string[]): string {
  return given.slice(0, -1).some((each) => each.includes("\n")) ? `\n${given.map((each) => `${indent(each)},\n`).join("")}` : given.join(", ");
}

/** Several lists one after the other. */
export function joined(lists: readonly string[]): string {
  const [first = "[]", ...rest] = lists;
  return rest.reduce((left, right) => ([left, right].some((list) => list.includes("\n")) ? `array.concat(\n${indent(left)},\n${indent(right)},\n)` : `array.concat(${left}, ${right})`), first);
}

/** That no element of a walk fulfils the lines. */
export function noneOf(head: string, lines: readonly Line[]): Line {
  return line(`count(${comprehension(head, lines)}) == 0`);
}

/** That an element of a walk fulfils the lines, asked without walking in the body itself. */
export function anyOf(head: string, lines: readonly Line[]): Line {
  return line(`count(${comprehension(head, lines)}) > 0`);
}
