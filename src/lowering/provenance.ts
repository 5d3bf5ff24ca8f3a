import type { Expression, RootName } from "../ir/expressions.ts";

/** Whether a value is a part of the judged object, so that a path can start from it. Follows walks, consts and helpers. */
export const isPartOfObject = (expression: Expression, origins: ReadonlyMap<number, Expression>): boolean => isPartOf(["object", "pod"], expression, origins);

/** Whether a value is a component or one of its flags, which know where they stand. */
export const isPartOfComponent = (expression: Expression, origins: ReadonlyMap<number, Expression>): boolean => isPartOf(["component"], expression, origins);

function isPartOf(roots: readonly RootName[], expression: Expression, origins: ReadonlyMap<number, Expression>, given: ReadonlyMap<number, Expression> = new Map()): boolean {
  const follow = (next: Expression): boolean => isPartOf(roots, next, origins, given);
  switch (expression.kind) {
    case "root":
      return roots.includes(expression.name);
    case "variable": {
      const origin = given.get(expression.binding.id) ?? origins.get(expression.binding.id);
      return origin !== undefined && follow(origin);
    }
    case "member":
    case "entry":
    case "entries":
    case "values":
      return follow(expression.object);
    case "element":
    case "filter":
    case "find":
      return follow(expression.list);
    case "concat":
      return expression.lists.every(follow);
    case "list":
      return expression.items.every(follow);
    case "coalesce":
      return follow(expression.value) && follow(expression.fallback);
    case "conditional":
      return follow(expression.then) && follow(expression.otherwise);
    case "let":
      return isPartOf(roots, expression.body, origins, new Map([...given, [expression.binding.id, expression.value]]));
    case "map":
    case "flat-map":
      return isPartOf(roots, expression.body, origins, new Map([...given, [expression.binder.value.id, expression.list]]));
    case "call": {
      const passed = expression.function.parameters.map((parameter, index): [number, Expression] => [parameter.id, expression.arguments[index] ?? expression]);
      return isPartOf(roots, expression.function.body, origins, new Map([...given, ...passed]));
    }
    case "absent":
      return true;
    default:
      return false;
  }
}
