import { createSchemaValidator } from "../../../src/kubernetes/schema-validator.ts";
import type { Case } from "./case.ts";

const schemas = createSchemaValidator();

/** Whether the API server would take the object: it fits its schema, where null counts as absent. */
export function isValid(object: unknown): boolean {
  const { apiVersion, kind } = object as { readonly apiVersion?: unknown; readonly kind?: unknown };
  if (typeof apiVersion !== "string" || typeof kind !== "string") return false;
  const result = schemas.validate(apiVersion, kind, object);
  return result.known && result.errors.length === 0;
}

/** How many cases are judged at once while a case is cut down. */
const batch = 100;

/**
 * Takes parts out of a case, the largest first, for as long as `firstOf` finds a case among the smaller ones that still shows what
 * the whole one did, and gives the last of them. Objects stay valid.
 */
export async function shrink(asked: Case, firstOf: (candidates: readonly Case[]) => Promise<Case | undefined>): Promise<Case> {
  for (const candidates of batches(smallerCases(asked))) {
    const found = await firstOf(candidates);
    if (found !== undefined) return shrink(found, firstOf);
  }
  return asked;
}

function* batches(cases: readonly Case[]): Generator<readonly Case[]> {
  for (let start = 0; start < cases.length; start += batch) yield cases.slice(start, start + batch);
}

/** Every valid case that is this one without one of its parts, the smallest first. */
function smallerCases(asked: Case): readonly Case[] {
  const { kubernetesMinor: _minor, namespace: _namespace, oldObject: _old, parameters: _parameters, subresource: _subresource, user: _user, ...created } = asked;
  const smaller: Case[] = [];
  const add = (candidate: Case): void => {
    if (JSON.stringify(candidate) !== JSON.stringify(asked)) smaller.push(candidate);
  };
  if (asked.oldObject !== undefined) {
    const { oldObject: _before, subresource: _sub, ...others } = asked;
    add({ ...others, operation: "CREATE" });
  }
  for (const name of ["user", "namespace", "parameters", "kubernetesMinor", "subresource"] as const) {
    const { [name]: _removed, ...others } = asked;
    add(others);
  }
  add(created.operation === "CREATE" ? created : asked);
  for (const object of withOnePartLess(asked.object)) if (isValid(object)) add({ ...asked, object });
  for (const index of asked.others?.keys() ?? []) add({ ...asked, others: asked.others?.filter((_, at) => at !== index) ?? [] });
  for (const oldObject of asked.oldObject === undefined ? [] : withOnePartLess(asked.oldObject)) if (isValid(oldObject)) add({ ...asked, oldObject });
  return smaller.map((candidate) => ({ candidate, size: JSON.stringify(candidate).length })).sort((left, right) => left.size - right.size).map(({ candidate }) => candidate);
}

/** Every object that is this one without one of its members or elements, or half of a long list, at any depth; apiVersion and kind stay. */
function withOnePartLess(value: unknown, isRoot = true): unknown[] {
  if (Array.isArray(value)) {
    // A list of hundreds of elements is halved until it is short, before any single one is tried.
    const half = Math.floor(value.length / 2);
    if (value.length > 8) return [value.slice(0, half), value.slice(half)];
    return value.flatMap((element, index) => [value.toSpliced(index, 1), ...withOnePartLess(element, false).map((smaller) => value.with(index, smaller))]);
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => {
    if (isRoot && (name === "apiVersion" || name === "kind")) return [];
    const { [name]: _removed, ...others } = value as Record<string, unknown>;
    return [others, ...withOnePartLess(member, false).map((smaller) => ({ ...value, [name]: smaller }))];
  });
}
