import { type ArrowFunction, type FunctionExpression, type MethodDeclaration, Node, type ObjectLiteralExpression } from "ts-morph";

/** The function that is written in place as a property of a definition, in any of its three forms. */
export function functionOf(definition: ObjectLiteralExpression, name: string): ArrowFunction | MethodDeclaration | FunctionExpression | undefined {
  const property = definition.getProperty(name);
  if (property !== undefined && Node.isMethodDeclaration(property)) return property;
  const value = property !== undefined && Node.isPropertyAssignment(property) ? property.getInitializer() : undefined;
  return Node.isArrowFunction(value) || Node.isFunctionExpression(value) ? value : undefined;
}
