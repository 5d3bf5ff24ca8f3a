import { type BinaryOperator, type Cel, isName } from "./syntax.ts";
import { stringText } from "./text.ts";

/** How tight an expression binds, by the grammar of CEL: the higher, the tighter. */
const precedence: Readonly<Record<BinaryOperator, number>> = { "||": 2, "&&": 3, "==": 4, "!=": 4, "<": 4, "<=": 4, ">": 4, ">=": 4, in: 4, "+": 5, "-": 5, "*": 6 };

function levelOf(cel: Cel): number {
  if (cel.kind === "ternary") return 1;
  if (cel.kind === "binary") return precedence[cel.operator];
  if (cel.kind === "not") return 7;
  return cel.kind === "atom" && cel.text.startsWith("-") ? 7 : 8;
}

const width = 100;

/** The text of an expression, over several lines where one is too narrow. */
export function printCel(cel: Cel): string {
  return layout(cel, 0, 0);
}

/** The text in one line. */
function flat(cel: Cel): string {
  switch (cel.kind) {
    case "atom":
      return cel.text;
    case "select":
      return `${within(cel.target, 8)}${selector(cel.name, cel.optional)}`;
    case "index":
      return `${within(cel.target, 8)}[${cel.optional ? "?" : ""}${flat(cel.index)}]`;
    case "call":
      return `${cel.target === undefined ? "" : `${within(cel.target, 8)}.`}${cel.name}(${cel.arguments.map(flat).join(", ")})`;
    case "not":
      return `!${within(cel.operand, 7)}`;
    case "binary": {
      const level = precedence[cel.operator];
      return cel.operands.map((operand, place) => within(operand, place === 0 && level !== 4 ? level : level + 1)).join(` ${cel.operator} `);
    }
    case "ternary":
      return `${within(cel.test, 2)} ? ${within(cel.then, 2)} : ${flat(cel.otherwise)}`;
    case "list":
      return `[${cel.items.map(flat).join(", ")}]`;
    case "map":
      return `{${cel.entries.map(([key, value]) => `${flat(key)}: ${flat(value)}`).join(", ")}}`;
  }
}

/** A key with a slash or a dash is no name that CEL selects by. */
const selector = (name: string, optional: boolean): string => (isName(name) ? `.${optional ? "?" : ""}${name}` : `[${optional ? "?" : ""}${stringText(name)}]`);

const within = (cel: Cel, level: number): string => (levelOf(cel) < level ? `(${flat(cel)})` : flat(cel));

const pad = (depth: number): string => "  ".repeat(depth);

/** The text from a column on, with `depth` levels of indentation for further lines. */
function layout(cel: Cel, depth: number, column: number): string {
  const line = flat(cel);
  if (Math.max(column, depth * 2) + line.length <= width) return line;
  const next = `\n${pad(depth + 1)}`;
  const deeper = (each: Cel): string => layout(each, depth + 1, 0);
  switch (cel.kind) {
    case "call": {
      const args = cel.arguments;
      if (cel.target === undefined) return args.length === 0 ? line : `${cel.name}(${next}${args.map(deeper).join(`,${next}`)}\n${pad(depth)})`;
      const target = bracketed(cel.target, 8, depth, column);
      const inner = `(${args.map(flat).join(", ")})`;
      const fits = depth * 2 + cel.name.length + inner.length + 3 <= width;
      const isMacro = args.length > 1 && args[0]?.kind === "atom" && /^[A-Za-z_]\w*$/.test(args[0].text);
      if (isMacro && !target.includes("\n") && depth * 2 + target.length + cel.name.length + args.length * 10 < width) {
        // The arguments break first, so that the macro stands beside what it walks.
      } else if (fits && args.length > 0) return target.includes("\n") ? `${target}.${cel.name}${inner}` : `${target}${next}.${cel.name}${inner}`;
      // The variables of a macro stay beside its name.
      const leading = args.filter((arg, place) => arg.kind === "atom" && args.slice(0, place).every((each) => each.kind === "atom") && place < args.length - 1);
      const rest = args.slice(leading.length);
      return `${target}.${cel.name}(${leading.map((each) => `${flat(each)},`).join(" ")}${next}${rest.map(deeper).join(`,${next}`)}\n${pad(depth)})`;
    }
    case "binary": {
      const level = precedence[cel.operator];
      const parts = cel.operands.map((operand, place) => bracketed(operand, place === 0 && level !== 4 ? level : level + 1, depth, place === 0 ? column : 0));
      return cel.operator === "+" ? filled(parts, depth, column) : parts.join(`\n${pad(depth)}${cel.operator} `);
    }
    case "ternary":
      return `${bracketed(cel.test, 2, depth, column)}${next}? ${bracketed(cel.then, 2, depth + 1, 0)}${next}: ${cel.otherwise.kind === "ternary" ? layout(cel.otherwise, depth, 0) : deeper(cel.otherwise)}`;
    case "list":
      return `[${next}${cel.items.map(deeper).join(`,${next}`)}\n${pad(depth)}]`;
    case "map":
      return `{${next}${cel.entries.map(([key, value]) => `${flat(key)}: ${layout(value, depth + 1, flat(key).length + depth * 2 + 4)}`).join(`,${next}`)}\n${pad(depth)}}`;
    case "not":
      return `!${bracketed(cel.operand, 7, depth, column)}`;
    case "select":
      return `${bracketed(cel.target, 8, depth, column)}${selector(cel.name, cel.optional)}`;
    case "index":
      return `${bracketed(cel.target, 8, depth, column)}[${cel.optional ? "?" : ""}${flat(cel.index)}]`;
    case "atom":
      return line;
  }
}

/** Operands side by side as far as a line goes; one of several lines begins a line of its own. */
function filled(parts: readonly string[], depth: number, column: number): string {
  let text = "";
  let end = Math.max(column, depth * 2);
  let tall = false;
  for (const [place, part] of parts.entries()) {
    const isTall = part.includes("\n");
    const breaks = place > 0 && (isTall || tall || end + part.length + 3 > width);
    text += place === 0 ? part : breaks ? `\n${pad(depth)}+ ${part}` : ` + ${part}`;
    end = breaks ? depth * 2 + 2 + part.length : end + part.length + 3;
    tall = isTall;
  }
  return text;
}

function bracketed(cel: Cel, level: number, depth: number, column: number): string {
  if (levelOf(cel) >= level) return layout(cel, depth, column);
  const line = `(${flat(cel)})`;
  return Math.max(column, depth * 2) + line.length <= width ? line : `(\n${pad(depth + 1)}${layout(cel, depth + 1, 0)}\n${pad(depth)})`;
}
