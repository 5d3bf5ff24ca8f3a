import { closestName } from "../text/closest.ts";
import type { JsonType, Schema } from "./schema-store.ts";
import { scalarRule } from "./schema-scalars.ts";
import { describeValue, jsonTypeOf, nameTypes, type Rule } from "./schema-walk.ts";

/**
 * Turns a schema into the function that judges values by it. The functions of an object's fields are made when the field is
 * first met, so a document pays only for the fields that it has.
 *
 * @param resolve the rule of a definition, by its name
 */
export function compileSchema(schema: Schema, resolve: (definition: string) => Rule): Rule {
  if (schema.$ref !== undefined) return resolve(schema.$ref.slice("#/definitions/".length));
  // `allOf` with one reference is how a schema says: that definition, and never null. Rules see no nulls anyway.
  const [only] = schema.allOf ?? [];
  if (only !== undefined) return compileSchema(only, resolve);
  if (schema.anyOf !== undefined) return unionRule(schema.anyOf, resolve);
  if (schema.enum !== undefined) return scalarRule(schema);
  if (schema.type === undefined) return () => {};
  const types = typesOf(schema);
  if (types.includes("array")) return listRule(schema.items ?? {}, resolve);
  if (types.includes("object")) return objectRule(schema, resolve);
  return scalarRule(schema);
}

function objectRule(schema: Schema, resolve: (definition: string) => Rule): Rule {
  const properties = schema.properties ?? {};
  const required = schema.required ?? [];
  const others = typeof schema.additionalProperties === "object" ? compileSchema(schema.additionalProperties, resolve) : undefined;
  const closed = schema.additionalProperties === false;
  const rules = new Map<string, Rule>();
  const ruleOf = (field: string): Rule | undefined => {
    const known = rules.get(field);
    if (known !== undefined) return known;
    const property = Object.hasOwn(properties, field) ? properties[field] : undefined;
    const rule = property === undefined ? others : compileSchema(property, resolve);
    if (property !== undefined && rule !== undefined) rules.set(field, rule);
    return rule;
  };
  return (value, walk) => {
    if (jsonTypeOf(value) !== "object") return walk.wrongType(["object"], value);
    const object = value as Readonly<Record<string, unknown>>;
    for (const field of Object.keys(object)) {
      const member = object[field];
      const rule = ruleOf(field);
      if (rule === undefined && closed) {
        const meant = closestName(field, Object.keys(properties));
        walk.report(`unknown field ${JSON.stringify(field)}`, meant === undefined ? undefined : `did you mean ${JSON.stringify(meant)}?`, field);
      } else if (rule !== undefined && member !== null && member !== undefined) {
        walk.into(field, rule, member);
      }
    }
    for (const field of required) {
      if (object[field] === null || object[field] === undefined) walk.report(`required field ${JSON.stringify(field)} is missing`);
    }
  };
}

function listRule(schema: Schema, resolve: (definition: string) => Rule): Rule {
  const items = compileSchema(schema, resolve);
  // A list of free JSON, such as the closed set in a CRD's schema, may well hold null.
  const free = Object.keys(schema).length === 0;
  return (value, walk) => {
    if (!Array.isArray(value)) return walk.wrongType(["array"], value);
    if (free) return;
    for (let index = 0; index < value.length; index += 1) {
      const element: unknown = value[index];
      if (element === null || element === undefined) walk.report("a list element must not be null", undefined, index);
      else walk.into(index, items, element);
    }
  };
}

/** The members of a union differ in their JSON type, so the value's own type says which one it means to be. */
function unionRule(members: readonly Schema[], resolve: (definition: string) => Rule): Rule {
  const branches = members.map((member) => ({
    types: member.$ref === undefined && member.allOf === undefined ? typesOf(member) : (["object"] as const),
    rule: compileSchema(member, resolve),
  }));
  return (value, walk) => {
    const type = jsonTypeOf(value);
    const branch = branches.find(({ types }) => types.some((accepted) => accepted === type));
    if (branch !== undefined) return branch.rule(value, walk);
    const accepted = branches.flatMap(({ types }) => types);
    return walk.report(`expected ${nameTypes(accepted)}, found ${describeValue(value)}`);
  };
}

function typesOf(schema: Schema): readonly JsonType[] {
  const { type } = schema;
  return (typeof type === "string" ? [type] : (type ?? [])).filter((name) => name !== "null");
}
