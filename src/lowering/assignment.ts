import { Node } from "ts-morph";

/** Whether an operator assigns: `=`, `+=`, `??=` and the rest. */
export const isAssignmentOperator = (operator: string): boolean => /^([-+*/%&|^]|\*\*|<<|>>>?|&&|\|\||\?\?)?=$/.test(operator);

/** Whether an expression is an assignment in any of its spellings. */
export const isAssignment = (node: Node): boolean => Node.isBinaryExpression(node) && isAssignmentOperator(node.getOperatorToken().getText());
