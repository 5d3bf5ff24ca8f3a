import type { Control } from "../dsl/control.ts";
import type { CheckIr } from "../ir/control.ts";
import { newestMinor, oldestMinor } from "../kubernetes/minors.ts";
import { kindParts, scopeOf } from "../kubernetes/scope.ts";
import { kindNameOf } from "../plain/object-set.ts";
import { createSchemaValidator } from "../kubernetes/schema-validator.ts";
import { compileSchema } from "../kubernetes/schema-rules.ts";
import { Walk } from "../kubernetes/schema-walk.ts";
import type { Schema } from "../kubernetes/schema-store.ts";
import { isEmpty } from "./conditions.ts";
import { type CaseRequest, isObject } from "./request.ts";

/** A control whose cases are derived: what backends get of it, as far as that is needed here. */
export interface Subject {
  readonly id: string;
  readonly control: Control;
  readonly check: CheckIr;
}

/** What is held fast while cases are derived; what is not given here varies from case to case. */
export interface DeriveOptions {
  /** Values of the control's parameters, beside the defaults of those that are not named. */
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly kubernetesMinor?: number;
}

/** An object of a control's own, with the settings that it is to be judged under. */
export interface OwnCase {
  readonly object: unknown;
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly kubernetesMinor?: number;
  readonly others?: readonly unknown[];
  readonly operation?: "CREATE" | "UPDATE";
  readonly oldObject?: unknown;
  readonly user?: unknown;
  readonly namespace?: unknown;
}

const validator = createSchemaValidator();

const hasValidForm = (object: unknown): boolean => {
  if (!isObject(object)) return false;
  const result = validator.validate(String(object["apiVersion"]), String(object["kind"]), object);
  return result.known && result.errors.length === 0;
};

/** Whether an object is one that a cluster has: of its kind, with a name and, where it belongs in one, a namespace. */
function isFound(kindName: string, object: unknown): boolean {
  if (!isObject(object) || kindNameOf(object) !== kindName || !hasValidForm(object)) return false;
  const { apiVersion, kind } = kindParts(kindName);
  const { name, namespace } = (object["metadata"] ?? {}) as { readonly name?: unknown; readonly namespace?: unknown };
  return isName(name) && (scopeOf(apiVersion, kind) === "Namespaced" ? isName(namespace) : namespace === undefined);
}

const isName = (value: unknown): boolean => typeof value === "string" && value !== "";

/** Whether every root of a request is what the API server would let through to a policy, by the schemas. */
export function validityTest({ control }: Subject): (request: CaseRequest) => boolean {
  const parameterRules = Object.entries(control.parameters).map(([name, { schema }]) => ({ name, schema: schema as { readonly minimum?: number; readonly maximum?: number }, rule: compileSchema(schema as Schema, () => () => {}) }));
  return ({ object, oldObject, others = {}, user, namespace, operation, parameters, kubernetesMinor }) => {
    if (!hasValidForm(object) || (oldObject !== undefined && !hasValidForm(oldObject)) || (namespace !== undefined && !hasValidForm(namespace))) return false;
    if (!Object.entries(others).every(([kind, list]) => list.every((other) => isFound(kind, other)))) return false;
    if (!isObject(user) || !Number.isInteger(kubernetesMinor) || (operation !== "CREATE" && operation !== "UPDATE") || (oldObject === undefined) !== (operation !== "UPDATE") || kubernetesMinor < oldestMinor || kubernetesMinor > newestMinor) return false;
    // An API server leaves out of its request what is empty of a user.
    if (Object.values(user).some(isEmpty)) return false;
    if (isObject(oldObject) && isObject(object) && (oldObject["apiVersion"] !== object["apiVersion"] || oldObject["kind"] !== object["kind"])) return false;
    return parameterRules.every(({ name, schema, rule }) => {
      const value = parameters[name];
      if (value === undefined || (typeof value === "number" && (value < (schema.minimum ?? value) || value > (schema.maximum ?? value)))) return false;
      const walk = new Walk();
      rule(value, walk);
      return walk.errors.length === 0;
    });
  };
}
