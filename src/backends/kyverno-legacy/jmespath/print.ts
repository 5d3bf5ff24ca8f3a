import type { Jmes } from "./syntax.ts";
import { memberName } from "./text.ts";

/** How tight an expression binds, by JMESPath's grammar: the higher, the tighter. A `!` binds tighter than the dot after its operand. */
function levelOf({ kind }: Jmes): number {
  const levels: Partial<Record<Jmes["kind"], number>> = { pipe: 0, or: 1, and: 2, compare: 3, project: 4, filter: 4, flatten: 4, not: 5, member: 6 };
  return levels[kind] ?? 7;
}

const width = 100;

/** The text of an expression, over several lines where one is too narrow. */
export const printJmes = (expression: Jmes): string => layout(expression, 0);

const within = (given: Jmes, level: number): string => (levelOf(given) < level ? `(${flat(given)})` : flat(given));

function flat(given: Jmes): string {
  switch (given.kind) {
    case "atom":
      return given.text;
    case "member":
      if (given.target.kind === "atom" && given.target.text === "@") return memberName(given.name);
      return `${within(given.target, 6)}.${memberName(given.name)}`;
    case "call":
      return `${given.name}(${given.arguments.map(flat).join(", ")})`;
    case "compare":
      return `${within(given.left, 4)} ${given.operator} ${within(given.right, 4)}`;
    case "and":
      return given.operands.map((each) => within(each, 3)).join(" && ");
    case "or":
      return given.operands.map((each) => within(each, 2)).join(" || ");
    case "not":
      return `!${within(given.operand, 7)}`;
    case "filter":
      return `${within(given.list, 6)}[?${flat(given.test)}]`;
    case "project":
      return `${within(given.list, 4)}.${flat(given.each)}`;
    case "list":
      return `[${given.items.map(flat).join(", ")}]`;
    case "hash":
      return `{${given.entries.map(([name, value]) => `${memberName(name)}: ${flat(value)}`).join(", ")}}`;
    case "flatten":
      return `${within(given.list, 6)}[]`;
    case "pipe":
      return given.stages.map(flat).join(" | ");
  }
}

const pad = (depth: number): string => "  ".repeat(depth);

/** The text with `depth` levels of indentation for further lines. */
function layout(given: Jmes, depth: number): string {
  const line = flat(given);
  if (depth * 2 + line.length <= width) return line;
  const next = `\n${pad(depth + 1)}`;
  const inside = (each: Jmes, level: number): string => (levelOf(each) < level ? `(${next}${layout(each, depth + 1)}\n${pad(depth)})` : layout(each, depth));
  const parts = (items: readonly string[]): string => `${next}${items.join(`,${next}`)}\n${pad(depth)}`;
  switch (given.kind) {
    case "call":
      return `${given.name}(${parts(given.arguments.map((each) => layout(each, depth + 1)))})`;
    case "and":
      return given.operands.map((each) => inside(each, 3)).join(`\n${pad(depth)}&& `);
    case "or":
      return given.operands.map((each) => inside(each, 2)).join(`\n${pad(depth)}|| `);
    case "pipe":
      return given.stages.map((each) => layout(each, depth)).join(`\n${pad(depth)}| `);
    case "not":
      return `!${inside(given.operand, 7)}`;
    case "filter":
      return `${inside(given.list, 6)}[?${next}${layout(given.test, depth + 1)}\n${pad(depth)}]`;
    case "project":
      return `${inside(given.list, 4)}.${layout(given.each, depth)}`;
    case "list":
      return `[${parts(given.items.map((each) => layout(each, depth + 1)))}]`;
    case "hash":
      return `{${parts(given.entries.map(([name, value]) => `${memberName(name)}: ${layout(value, depth + 1)}`))}}`;
    case "flatten":
      return `${inside(given.list, 6)}[]`;
    default:
      return line;
  }
}
