import type { ControlExpressions } from "./control-expressions.ts";

/** The `messageExpression` of a validation. The API server, and Kyverno with its code, drops a message of more than 5 KiB; a character has at most four bytes. */
export function messageExpression({ message }: Pick<ControlExpressions, "message">): string {
  return `size(bytes(${message})) <= 5120 ? ${message} : ${message}.substring(0, 1270) + ' …'`;
}
