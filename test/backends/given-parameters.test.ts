import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { controlExpressions, type CelSettings } from "../../src/backends/cel/control-expressions.ts";
import { compile } from "../../src/compile.ts";
import { defaultParameters } from "../../src/plain/judge.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const { controls } = compile(root, `${root}test/fixtures/rego`);

/** The variables of the control `settings`, by name. */
function variablesWith(parameterValue?: CelSettings["parameterValue"]): ReadonlyMap<string, string> {
  const control = controls.find(({ id }) => id === "settings");
  if (control === undefined) throw new Error("the fixture is gone");
  const made = controlExpressions(control.check, { kubernetesMinor: 37, parameters: defaultParameters(control.control), ...(parameterValue === undefined ? {} : { parameterValue }) });
  if ("refusal" in made) throw new Error(made.refusal.what);
  return new Map(made.variables.map(({ name, expression }) => [name, expression]));
}

const schemas: Readonly<Record<string, Readonly<Record<string, unknown>>>> = { names: { type: "array", items: { type: "string" } }, limit: { type: "integer" }, strict: { type: "boolean" } };

it("reads parameters that come with the request through variables that hold them to their types, with the target's values where none comes", () => {
  const variables = variablesWith((name) => ({ expression: `params.?${name}.orValue(null)`, schema: schemas[name] ?? {} }));
  expect(variables.get("namesGiven")).toBe("params.?names.orValue(null)");
  expect(variables.get("names")).toBe("variables.namesGiven != null\n  ? variables.namesGiven.map(item, item != null, string(item))\n  : ['setup']");
  expect(variables.get("limit")).toBe("variables.limitGiven != null ? int(variables.limitGiven) : 1");
  expect(variables.get("strict")).toBe("variables.strictGiven != null ? bool(variables.strictGiven) : false");
  expect(variables.get("violations")).toContain("> variables.limit");
});

it("writes the values of the other parameters into the text, as it does without any given ones", () => {
  const variables = variablesWith((name) => (name === "limit" ? { expression: "params", schema: { type: "integer" } } : undefined));
  expect([...variables.keys()].filter((name) => name.endsWith("Given"))).toEqual(["limitGiven"]);
  expect(variables.get("names")).toBe("['setup']");
  expect(variables.get("violations")).not.toContain("variables.strict");
  expect(variablesWith(() => undefined)).toEqual(variablesWith());
});

it("reads data of a form of its own with a guard at each part", () => {
  const variables = variablesWith((name) => (name === "names" ? { expression: "params", schema: { type: "array", items: { type: "object" } } } : undefined));
  expect(variables.get("names")).toBe("variables.namesGiven != null ? variables.namesGiven : dyn(['setup'])");
  expect(variables.get("violations")).toContain("name != null");
});
