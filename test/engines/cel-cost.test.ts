import fc from "fast-check";
import { expect, it } from "vitest";
import { withoutLookups } from "../../src/backends/admission/without-lookups.ts";
import type { CompiledControl } from "../../src/backends/backend.ts";
import { controlExpressions } from "../../src/backends/cel/control-expressions.ts";
import type { PolicyCost } from "../../src/backends/cel/cost/policy-cost.ts";
import { reportedBounds } from "../../src/backends/cel/cost/report.ts";
import { printCel } from "../../src/backends/cel/print.ts";
import { nothing } from "../../src/backends/cel/syntax.ts";
import { costOf } from "../../src/backends/kubernetes/cost.ts";
import { defaultParameters, newestMinor } from "../../src/plain/judge.ts";
import { podCases } from "../arbitraries/pods.ts";
import { samplePod, samples } from "../cel-cost-samples.ts";
import { derivedControls } from "../derived-cases.ts";
import { grown, sizesOf } from "../request-sizes.ts";
import { type AdmissionRequest, judge } from "./admission/judge.ts";
import { compiledControls, policyFor } from "./admission/policies.ts";

/** What of each control the API server is given: not the findings that look at other objects. */
const controls = ["policies", "test/fixtures/rego"].flatMap(compiledControls).filter((control) => policyFor(control) !== undefined).flatMap((control) => withoutLookups(control)?.control ?? []);
const policies = controls.map((control) => policyFor(control));

it("says of each sample what the API server counts", async () => {
  const spec = { failurePolicy: "Fail", matchConstraints: { resourceRules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] }] }, validations: [{ expression: "type(variables.sample) != type || true" }] };
  const policyOf = (expression: string): unknown => ({ apiVersion: "admissionregistration.k8s.io/v1", kind: "ValidatingAdmissionPolicy", metadata: { name: "sample" }, spec: { ...spec, variables: [{ name: "sample", expression }] } });
  // A literal is free, so that the first one tells what is around a sample.
  const { answers: [answer] } = await judge([policyOf("1"), ...samples.map(([cel]) => policyOf(printCel(cel)))], [{ operation: "CREATE", object: samplePod, raw: true }]);
  if (answer === undefined || "error" in answer) throw new Error("the samples were not judged");
  const [around, ...verdicts] = answer.verdicts;
  expect(verdicts.map(({ cost, error }, place) => `${printCel(samples[place]?.[0] ?? nothing)} ${error ?? cost - (around?.cost ?? 0)}`)).toEqual(samples.map(([cel, cost]) => `${printCel(cel)} ${cost}`));
});

/** The estimate for a control by the length of the longest text, each made once. */
const estimates = new Map<string, (elements: number) => PolicyCost>();
function estimateOf(control: CompiledControl, text: number): (elements: number) => PolicyCost {
  const key = `${text} ${control.id}`;
  const known = estimates.get(key);
  if (known !== undefined) return known;
  const made = controlExpressions(control.check, { kubernetesMinor: newestMinor, parameters: defaultParameters(control.control) });
  if ("refusal" in made) throw new Error(made.refusal.what);
  const estimate = costOf(made, text);
  estimates.set(key, estimate);
  return estimate;
}

const matches = ({ check }: CompiledControl, object: unknown): boolean => {
  const { apiVersion, kind } = object as { readonly apiVersion: string; readonly kind: string };
  return check.match.kinds.some((each) => each.apiVersion === apiVersion && each.kind === kind);
};

/** A request, and the control that it is for; all of them where it names none. */
interface Judged {
  readonly control?: CompiledControl;
  readonly request: Omit<AdmissionRequest, "policies">;
}

/** Judges, and gives what each policy cost beside what it was estimated at; those that ended in an error cost more than was counted. */
async function costsOf(cases: readonly Judged[]): Promise<readonly { readonly control: CompiledControl; readonly measured: number; readonly estimated: number; readonly place: number }[]> {
  const asked = cases.map(({ control, request: { object } }) => (control === undefined ? controls.filter((each) => matches(each, object)) : [control]));
  const { answers } = await judge(policies, cases.map(({ request }, place): AdmissionRequest => ({ ...request, policies: (asked[place] ?? []).map((control) => controls.indexOf(control)) })));
  return answers.flatMap((answer, place) => {
    if ("error" in answer) return [];
    const { request } = cases[place] as Judged;
    // Each root of the request has as many elements as the largest, and texts of the longest.
    const sizes = [request.object, request.oldObject, request.namespace, request.user].map(sizesOf);
    const [elements, text] = [Math.max(...sizes.map((each) => each.elements)), Math.max(...sizes.map((each) => each.text), ...(["operation", "resource"] as const).map((name) => request[name]?.length ?? 0))];
    return (asked[place] ?? []).flatMap((control, at) => {
      const verdict = answer.verdicts[at];
      return verdict === undefined || verdict.skipped ? [] : [{ control, measured: verdict.cost, estimated: estimateOf(control, text)(elements).policy, place }];
    });
  });
}

const underestimated = (costs: Awaited<ReturnType<typeof costsOf>>): readonly string[] => costs.filter(({ estimated, measured }) => estimated < measured).map(({ control, estimated, measured, place }) => `${control.id}: ${estimated} for ${measured} on ${place}`);

/** A pod that breaks as much as one can, in as many containers. */
function podOf(size: number): unknown {
  const context = { privileged: true, allowPrivilegeEscalation: true, procMount: "Unmasked", runAsUser: 0, runAsNonRoot: false, capabilities: { add: ["SYS_ADMIN", "NET_RAW"] }, seccompProfile: { type: "Unconfined" }, appArmorProfile: { type: "Unconfined" }, seLinuxOptions: { type: "spc_t", user: "u", role: "r" }, windowsOptions: { hostProcess: true } };
  const probe = { httpGet: { host: "127.0.0.1", port: 80 } };
  const numbers = Array.from({ length: size }, (_, index) => String(index).padStart(3, "0"));
  const containers = numbers.map((number) => ({ name: `container-${number}`, image: `ghcr.io:443/team/application/part-${number}:v1.2.3@sha256:${"0".repeat(64)}`, securityContext: context, ports: [{ containerPort: 80, hostPort: 80 }], livenessProbe: probe, readinessProbe: probe }));
  return { apiVersion: "v1", kind: "Pod", metadata: { name: "web", namespace: "shop" }, spec: { containers, volumes: numbers.map((number) => ({ name: `volume-${number}`, hostPath: { path: "/" } })) } };
}

/** PORTCULLIS_EVERY_SIZE=1 asks for all 500 sizes, which takes six minutes. */
const sizes = Array.from({ length: 500 }, (_, index) => index + 1).filter((size) => process.env["PORTCULLIS_EVERY_SIZE"] !== undefined || size <= 20 || size % 50 === 0);

it("estimates no pod of 1 to 500 containers below what it costs", async () => {
  const costs = await costsOf(sizes.map((size): Judged => ({ request: { operation: "CREATE", object: podOf(size), raw: true } })));
  expect(underestimated(costs)).toEqual([]);
  expect(costs.length).toBeGreaterThan(sizes.length * 20);
});

it("estimates no generated pod below what it costs, as it is written and as it is decoded", async () => {
  const costs = await costsOf([true, false].flatMap((raw) => fc.sample(podCases(), { numRuns: 200, seed: 37 }).map(({ object }): Judged => ({ request: { operation: "CREATE", object, raw } }))));
  expect(underestimated(costs)).toEqual([]);
  expect(costs.length).toBeGreaterThan(400 * 15);
});

it("estimates no derived case below what it costs", async () => {
  const cases = ["policies", "test/fixtures/rego"].flatMap((folder) => derivedControls(folder).flatMap(({ cases: found, control: { id } }) => {
    const control = controls.find((each) => each.id === id);
    return control === undefined ? [] : found.map(({ namespace, object, oldObject, operation = "CREATE" }): Judged => ({ control, request: { operation, object, oldObject, namespace, raw: true } }));
  }));
  const costs = await costsOf(cases.filter(({ control, request }) => control !== undefined && matches(control, request.object)));
  expect(underestimated(costs)).toEqual([]);
  expect(costs.length).toBeGreaterThan(300);
});

/** How many objects of each control are grown. */
const mostObjects = 10;

/** Another object of the same kind, with nothing in it. */
const bare = (object: unknown): unknown => ({ ...Object.fromEntries(Object.entries(object as object).filter(([name]) => name === "apiVersion" || name === "kind")), metadata: { name: "web" } });

/** Someone whose name is as long as they get, in as many groups as are counted with. */
const member = { name: "user".padEnd(reportedBounds.text, "/"), groups: Array.from({ length: reportedBounds.elements }, (_, number) => `group-${number}`.padEnd(reportedBounds.text, "/")) };

it("estimates no control at more than twenty times what the dearest object that was built for it costs", async () => {
  const cases = ["policies", "test/fixtures/rego"].flatMap((folder) => derivedControls(folder).flatMap(({ cases: found, control: { control: { fail, pass }, id } }) => {
    const control = controls.find((each) => each.id === id);
    const objects = [...fail, ...pass].map(({ object }) => object).concat(found.map((each): unknown => each.object)).filter((object) => control !== undefined && matches(control, object));
    const isOfUpdates = control?.check.capabilities.some(({ name }) => name === "oldObject") === true;
    const user = control?.check.capabilities.some(({ name }) => name === "user") === true ? { user: member } : {};
    return control === undefined ? [] : objects.slice(0, mostObjects).flatMap((object) => grown(object, reportedBounds)).map((object): Judged => ({ control, request: isOfUpdates ? { operation: "UPDATE", object, oldObject: bare(object), raw: true, ...user } : { operation: "CREATE", object, raw: true, ...user } }));
  }));
  const costs = await costsOf(cases);
  expect(underestimated(costs)).toEqual([]);
  const loose = controls.map((control) => {
    const highest = Math.max(...costs.filter((each) => each.control === control).map(({ measured }) => measured));
    return { id: control.id, times: Math.round((estimateOf(control, reportedBounds.text)(reportedBounds.elements).policy / highest) * 10) / 10, highest };
  });
  expect(loose.filter(({ times }) => times < 1 || times > 20)).toEqual([]);
});
