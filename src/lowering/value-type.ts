import { ts, type Type } from "ts-morph";
import type { Shape, ValueType } from "../ir/types.ts";

/** The facts that the IR keeps of a TypeScript type; undefined when the type says nothing (`any`). */
export function valueTypeOf(type: Type): ValueType | undefined {
  const shapes = new Set<Shape>();
  let optional = false;
  for (const part of partsOf(type.compilerType)) {
    if (part.flags & ts.TypeFlags.Any) return undefined;
    if (part.flags & ts.TypeFlags.Unknown) return { shapes: ["boolean", "list", "number", "object", "string"], optional: true };
    if (part.flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Null | ts.TypeFlags.Void)) optional = true;
    else if (part.flags & ts.TypeFlags.StringLike) shapes.add("string");
    else if (part.flags & ts.TypeFlags.NumberLike) shapes.add("number");
    else if (part.flags & ts.TypeFlags.BooleanLike) shapes.add("boolean");
    else if (part.flags & ts.TypeFlags.Never) continue;
    else shapes.add(isListType(part) ? "list" : "object");
  }
  return { shapes: [...shapes].sort(), optional };
}

function partsOf(type: ts.Type): readonly ts.Type[] {
  if (type.isUnion()) return type.types.flatMap(partsOf);
  if (type.flags & ts.TypeFlags.TypeParameter) return partsOf(type.getConstraint() ?? type);
  if (type.isIntersection()) {
    const scalar = type.types.find((part) => part.flags & (ts.TypeFlags.StringLike | ts.TypeFlags.NumberLike));
    return [scalar ?? type];
  }
  return [type];
}

function isListType(type: ts.Type): boolean {
  const name = type.getSymbol()?.getName();
  return name === "Array" || name === "ReadonlyArray" || ("target" in type && Boolean((type as ts.TypeReference).target.objectFlags & ts.ObjectFlags.Tuple));
}
