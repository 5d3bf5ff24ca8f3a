import type { Node } from "../../falco/grammar.ts";

/** A condition with lists, macros and exceptions put in, as sysdig's filters of 2022 take it: every group in parentheses, every value in quotes. */
export function filterText(node: Node): string {
  switch (node.kind) {
    case "and":
    case "or":
      return `(${node.children.map(filterText).join(` ${node.kind} `)})`;
    case "not":
      return `not (${filterText(node.child)})`;
    case "macro":
      throw new Error(`there is no macro ${node.name}`);
    case "check": {
      const { field, operator, values } = node;
      if (values === undefined) return `${field} ${operator}`;
      const isNumber = /^[<>]/.test(operator);
      const written = values.map((value) => (isNumber ? value : `"${value.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`));
      return operator === "in" || operator === "intersects" || operator === "pmatch" ? `${field} ${operator} (${written.join(", ")})` : `${field} ${operator} ${written.join("")}`;
    }
  }
}

/** The fields that a condition compares. */
export const fieldsIn = (node: Node): readonly string[] => (node.kind === "check" ? [node.field] : node.kind === "not" ? fieldsIn(node.child) : node.kind === "macro" ? [] : node.children.flatMap(fieldsIn));
