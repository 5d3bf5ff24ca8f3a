import type { Walk } from "./scope.ts";
import { atom, type Cel, isAtom, method } from "./syntax.ts";

/** The list of what becomes of the elements that pass the test. */
export function transformed(walk: Walk, test: Cel, body: Cel): Cel {
  const all = isAtom(test, "true");
  if (walk.keyed) return method(walk.over, "transformList", atom(walk.key), atom(walk.element), ...(all ? [] : [test]), body);
  const kept = all ? walk.over : method(walk.over, "filter", atom(walk.element), test);
  return body.kind === "atom" && body.text === walk.element ? kept : method(kept, "map", atom(walk.element), body);
}

/** Whether an element passes the test. */
export function anyOf(walk: Walk, test: Cel): Cel {
  if (isAtom(test, "false")) return test;
  return walk.keyed ? method(walk.over, "exists", atom(walk.key), atom(walk.element), test) : method(walk.over, "exists", atom(walk.element), test);
}
