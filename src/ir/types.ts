/** What a value can be when it is present. */
export type Shape = "string" | "number" | "boolean" | "list" | "object";

/** The facts about a value's type that lowering keeps and backends use; narrowed at the place where the expression stands. */
export interface ValueType {
  /** In alphabetical order; empty for a value that is always absent. */
  readonly shapes: readonly Shape[];
  /** Whether the value may be absent here. */
  readonly optional: boolean;
}

const shape = (name: Shape): ValueType => ({ shapes: [name], optional: false });

export const booleanType = shape("boolean");
export const listType = shape("list");
export const numberType = shape("number");
export const objectType = shape("object");
export const stringType = shape("string");
export const absentType: ValueType = { shapes: [], optional: true };

/** The same type, maybe absent. */
export const optionalType = (type: ValueType): ValueType => ({ ...type, optional: true });

/** Whether values of this type are scalars only. */
export const isScalar = (type: ValueType): boolean => !type.shapes.includes("list") && !type.shapes.includes("object");
