import type { ComponentName } from "../kubernetes/components/names.ts";
import { readComponent } from "../kubernetes/components/read-component.ts";
import { formatPath } from "./violation.ts";

/** A component as the intermediate representation has it: each part says as `at` where its argument stands. Undefined where the object is about others. */
export function componentValue(object: unknown, name: ComponentName): Readonly<Record<string, unknown>> | undefined {
  const read = readComponent(object, name);
  if (read === undefined) return undefined;
  const flags = Object.entries(read.flags).map(([flag, { value, items, path }]) => [flag, { value, items: items.map((item) => ({ value: item.value, at: formatPath(item.path) })), at: formatPath(path) }]);
  return { name, flags: Object.fromEntries(flags) as unknown, at: formatPath(read.path) };
}
