import { expect, it } from "vitest";
import type { CompiledControl } from "../../src/backends/backend.ts";
import { controlExpressions } from "../../src/backends/cel/control-expressions.ts";
import { stringText } from "../../src/backends/cel/text.ts";
import { policyOf } from "../../src/backends/kubernetes/policy.ts";
import { defaultParameters, newestMinor } from "../../src/plain/judge.ts";
import { difference, expectedTexts } from "../../src/verify/comparison.ts";
import { type AdmissionRequest, judge } from "./admission/judge.ts";
import { compiledControls } from "./admission/policies.ts";

const controls = [...compiledControls("policies"), ...compiledControls("test/fixtures/rego")];
const find = (id: string): CompiledControl => controls.find((control) => control.id === id) ?? controlMissing(id);
const controlMissing = (id: string): never => {
  throw new Error(`there is no control ${id}`);
};

/** Whole numbers in JSON that an engine reads as doubles. */
class Double {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

/** Data as CEL of type `dyn`, nulls and all. */
function dynOf(value: unknown): string {
  if (value instanceof Double) return `dyn(double(${value.value}))`;
  if (typeof value === "string") return `dyn(${stringText(value)})`;
  if (Array.isArray(value)) return `dyn([${value.map(dynOf).join(", ")}])`;
  if (typeof value === "object" && value !== null) return `dyn({${Object.entries(value).map(([name, member]) => `${stringText(name)}: ${dynOf(member)}`).join(", ")}})`;
  return `dyn(${String(value)})`;
}

/** A policy that reads its parameters as a ConstraintTemplate does, from `variables.params`, which is null without any. */
function policyWith(control: CompiledControl, params: unknown): unknown {
  const made = controlExpressions(control.check, {
    kubernetesMinor: newestMinor,
    parameters: defaultParameters(control.control),
    parameterValue: (name) => ({ expression: `variables.params != null && has(variables.params.${name}) ? variables.params.${name} : null`, schema: control.control.parameters[name]?.schema ?? {} }),
  });
  if ("refusal" in made) throw new Error(made.refusal.what);
  return policyOf(control, { ...made, variables: [{ name: "params", expression: dynOf(params) }, ...made.variables] });
}

/** What is left of given parameters where null is as good as absent. */
const tidied = (params: Readonly<Record<string, unknown>> | null): Record<string, unknown> =>
  Object.fromEntries(Object.entries(params ?? {}).filter(([, value]) => value !== null).map(([name, value]) => [name, Array.isArray(value) ? value.filter((item) => item !== null) : value instanceof Double ? value.value : value]));

const given: Readonly<Record<string, readonly (Readonly<Record<string, unknown>> | null)[]>> = {
  "allowed-registries": [null, {}, { registries: null }, { registries: [] }, { registries: [null] }, { registries: [null, "ghcr.io/team", "docker.io"] }, { registries: ["registry.k8s.io"], defaultRegistry: "registry.k8s.io" }],
  "pod-security-labels": [null, { exemptNamespaces: null, enforce: "baseline", audit: null }, { exemptNamespaces: ["shop", null], warn: "privileged" }, { enforce: "privileged", audit: "privileged", warn: "privileged" }],
  "service-external-ips": [null, {}, { allowedIps: ["203.0.113.7", null, "198.51.100.0/24"] }],
  settings: [null, {}, { limit: 3 }, { limit: new Double(0) }, { limit: new Double(3), strict: true }, { strict: null, names: [null, "web", "setup"] }, { names: [] }, { names: [], strict: true, limit: null }],
  "wildcard-rules": [null, { allowSubresourceWildcard: true }, { allowSubresourceWildcard: null }, { allowSubresourceWildcard: false, allowedRoles: ["gitops/deployer", null, "deployer"] }],
};

it("judges by parameters that come with the request as the plain run does, whatever of them is absent, null or a double", async () => {
  const cases = Object.entries(given).flatMap(([id, values]) => values.map((params) => ({ control: find(id), params })));
  const objects = ({ control: { pass, fail } }: CompiledControl): readonly unknown[] => [...pass, ...fail].map(({ object }) => object);
  const asked = cases.flatMap(({ control, params }, place) => objects(control).map((object) => ({ control, params, place, object })));
  const { answers, reports } = await judge(cases.map(({ control, params }) => policyWith(control, params)), asked.map(({ object, place }): AdmissionRequest => ({ operation: "CREATE", object, policies: [place] })));
  expect(reports.filter(({ errors, warnings }) => errors.length + warnings.length > 0)).toEqual([]);
  let denied = 0;
  const wrong = answers.flatMap((answer, index) => {
    const each = asked[index];
    if (each === undefined || "error" in answer) throw new Error("error" in answer ? answer.error : "an answer too many");
    const [verdict] = answer.verdicts;
    if (verdict?.allowed === false) denied += 1;
    const expected = expectedTexts(each.control, { object: answer.object, parameters: tidied(each.params) });
    const found = verdict === undefined ? "no verdict" : difference(verdict, expected);
    return found === undefined ? [] : [`${each.control.id} with ${JSON.stringify(each.params)}: ${found}`];
  });
  expect(wrong).toEqual([]);
  expect(denied).toBeGreaterThan(50);
  expect(asked.length - denied).toBeGreaterThan(50);
});

it("refuses a request whose verdict hangs on a given parameter that is not of its type, even one that no rule would have denied", async () => {
  const broken: readonly (readonly [string, unknown])[] = [
    ["allowed-registries", { registries: "registry.k8s.io" }],
    ["allowed-registries", { registries: [["registry.k8s.io"]] }],
    ["settings", { limit: "many" }],
    ["settings", { limit: {} }],
    ["settings", { names: 3 }],
  ];
  const { answers } = await judge(
    broken.map(([id, params]) => policyWith(find(id), params)),
    broken.map(([id], place): AdmissionRequest => ({ operation: "CREATE", object: find(id).control.pass[0]?.object, policies: [place] })),
  );
  expect(answers.map((answer) => ("error" in answer ? answer : answer.verdicts.map(({ allowed, error }) => ({ allowed, failed: error !== undefined }))))).toEqual(broken.map(() => [{ allowed: false, failed: true }]));
});

it("judges by what is sure where no given parameter could change it", async () => {
  const { fail: [bad], pass: [good] } = find("wildcard-rules").control;
  const policy = policyWith(find("wildcard-rules"), { allowedRoles: [{}] });
  const { answers } = await judge([policy], [good, bad].map((each): AdmissionRequest => ({ operation: "CREATE", object: each?.object, policies: [0] })));
  expect(answers.map((answer) => ("error" in answer ? answer : answer.verdicts.map(({ allowed }) => allowed)))).toEqual([[true], [false]]);
});
