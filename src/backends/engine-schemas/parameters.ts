import type { EmittedDocument } from "./read-emitted.ts";

/** The part of a template's schema for parameters that closing it has to know. */
interface ParameterSchema {
  readonly properties?: Readonly<Record<string, ParameterSchema>>;
  readonly items?: ParameterSchema;
  readonly additionalProperties?: boolean | ParameterSchema;
  readonly "x-kubernetes-preserve-unknown-fields"?: boolean;
}

/** The schema of the parameters of a kind of constraints: its template's, in which the API server drops what is not listed. */
export function parameterSchema(kind: string, documents: readonly EmittedDocument[]): object | undefined {
  const template = documents.find((document) => document.kind === "ConstraintTemplate" && at(document.value, "spec", "crd", "spec", "names", "kind") === kind);
  if (template === undefined) return undefined;
  return closed((at(template.value, "spec", "crd", "spec", "validation", "openAPIV3Schema") ?? { type: "object" }) as ParameterSchema);
}

function closed({ "x-kubernetes-preserve-unknown-fields": open, ...schema }: ParameterSchema): object {
  const { properties = {}, items, additionalProperties = open === true } = schema;
  return {
    ...schema,
    ...("type" in schema && schema.type !== "object" ? {} : { additionalProperties: typeof additionalProperties === "object" ? closed(additionalProperties) : additionalProperties }),
    properties: Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, closed(property)])),
    ...(items === undefined ? {} : { items: closed(items) }),
  };
}

function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((current, step) => (typeof current === "object" && current !== null ? (current as Readonly<Record<string, unknown>>)[step] : undefined), value);
}
