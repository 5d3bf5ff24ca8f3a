import { atom, type Jmes } from "./syntax.ts";

/**
 * The one place where text becomes JMESPath. Kyverno looks for variables, `{{ }}`, and references, `$( )`, in an expression
 * before it reads it, so neither may stand there, and a backquote ends a literal whatever stands before it: what could be taken
 * for one of these is written as the escape of JSON.
 */
function jsonText(value: unknown): string {
  return JSON.stringify(value).replace(/[`$\u007f-\u009f\u2028\u2029]|\{(?=\{)/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Data as a literal: text in quotes where that says the same. */
export function dataLiteral(value: unknown): Jmes {
  if (typeof value === "string" && /^[\x20-\x7e]*$/.test(value) && !/['\\`$]|\{\{/.test(value)) return atom(`'${value}'`);
  return atom(`\`${dataText(value)}\``);
}

/** Braces that no text holds would come to stand beside each other in records of records. */
const dataText = (value: unknown): string => (typeof value === "string" ? jsonText(value) : Array.isArray(value) ? `[${value.map(dataText).join(",")}]` : typeof value === "object" && value !== null ? `{ ${Object.entries(value).map(([name, member]) => `${jsonText(name)}:${dataText(member)}`).join(",")} }` : JSON.stringify(value));

/** The name of a member: bare where the grammar allows it. */
export const memberName = (name: string): string => (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? name : jsonText(name));
