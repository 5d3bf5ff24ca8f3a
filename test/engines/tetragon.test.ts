import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { policyFaults } from "../../src/backends/tetragon/check/policy-faults.ts";
import { emitTetragon } from "../../src/backends/tetragon/index.ts";
import { compile } from "../../src/compile.ts";
import { newestMinor } from "../../src/kubernetes/minors.ts";
import { defaultParameters } from "../../src/plain/judge.ts";
import { targetSettings } from "../target-settings.ts";
import { loadPolicies } from "../tetragon/engine.ts";
import { loadInTetragon } from "./tetragon/judge.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const { detections, sourceOf } = compile(root, join(root, "policies"));

/** The policies of all detections with these parameters. */
const policiesWith = (parametersOf: (defaults: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>) =>
  loadPolicies(
    emitTetragon({
      controls: [],
      detections,
      settings: { kubernetesMinor: newestMinor, controls: Object.fromEntries(detections.map(({ id }) => [id, true as const])), parameters: Object.fromEntries(detections.map(({ detection, id }) => [id, parametersOf(defaultParameters(detection))])) },
      target: targetSettings("audit", { rollout: () => ({ placements: [{ stage: "audit" }], exemptions: [] }) }),
      sourceOf,
      compiler: "auto",
    }).files,
  );

/** Long lists in the place of each list, so that selectors are split. */
const long = (defaults: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(defaults).map(([name, value]) => {
    if (!Array.isArray(value)) return [name, value];
    if (value.some((each) => typeof each === "number") || /ports/i.test(name)) return [name, Array.from({ length: 30 }, (_, index) => 1000 + index)];
    if (/nets|addresses/i.test(name)) return [name, Array.from({ length: 30 }, (_, index) => (index % 2 === 0 ? `10.${index}.0.0/16` : `fd00:${index}::/32`))];
    return name === "capabilities" ? [name, value] : [name, Array.from({ length: 30 }, (_, index) => `/opt/long-${index}/file.${index}`)];
  }));

it.each([["by default", (defaults: Readonly<Record<string, unknown>>) => defaults], ["with long lists", long]])("emits policies that Tetragon's own code loads, %s", async (_, parameters) => {
  const policies = policiesWith(parameters);
  const verdicts = await loadInTetragon(policies);
  expect(policies.length).toBeGreaterThan(30);
  expect(verdicts.flatMap(({ faults }, index) => faults.map((fault) => `${policies[index]?.metadata.name}: ${fault}`))).toEqual([]);
  expect(verdicts.every(({ bytes }) => bytes.length > 0 && bytes.every((count) => count > 0 && count <= 0x3ff))).toBe(true);
});

const hook = (changes: object = {}, selector: object = {}) => ({
  apiVersion: "cilium.io/v1alpha1", kind: "TracingPolicy", metadata: { name: "x" },
  spec: { podSelector: {}, kprobes: [{ call: "sys_ptrace", syscall: true, args: [{ index: 0, type: "int" }], selectors: [{ matchArgs: [{ args: [0], operator: "Equal", values: ["16"] }], ...selector }], ...changes }] },
});
const equal = (values: readonly string[]) => ({ matchArgs: [{ args: [0], operator: "Equal", values }] });
const opened = { call: "security_file_open", syscall: false, args: [{ index: 0, type: "file" }] };

const faulty: readonly (readonly [string, object, RegExp])[] = [
  ["six selectors", hook({ selectors: Array.from({ length: 6 }, () => equal(["16"])) }), /no more than 5 selectors/],
  ["five numbers in one comparison", hook({}, equal(["1", "2", "3", "4", "5"])), /more than 4 values/],
  ["an operator that there is not", hook({}, { matchArgs: [{ args: [0], operator: "Contains", values: ["16"] }] }), /unknown op 'Contains'/],
  ["a value that is not read", hook({}, { matchArgs: [{ args: [1], operator: "Equal", values: ["16"] }] }), /wrong ArgSelector.Arg value 1/],
  ["six comparisons", hook({}, { matchArgs: Array.from({ length: 6 }, () => ({ args: [0], operator: "Equal", values: ["16"] })) }), /up to 5 filters/],
  ["six values of a hook", hook({ args: Array.from({ length: 6 }, () => ({ index: 0, type: "int" })) }), /more than 5 arguments/],
  ["a function that is hooked twice", { ...hook(), spec: { kprobes: [hook().spec.kprobes[0], hook().spec.kprobes[0]] } }, /hooked twice/],
  ["a prefix that is too long", hook(opened, { matchArgs: [{ args: [0], operator: "Prefix", values: ["/x".repeat(129)] }] }), /longer than 256/],
  ["a field that the API does not have", hook({ colour: "red" }), /unknown field "colour"/],
];

it.each(faulty)("refuses %s", async (_, policy, because) => {
  const [verdict] = await loadInTetragon([policy]);
  expect(verdict?.faults.join("\n")).toMatch(because);
});

it("refuses selectors of more bytes than the kernel reads", async () => {
  const selector = { matchArgs: Array.from({ length: 4 }, () => ({ args: [0], operator: "Equal", values: ["/x"] })) };
  const [verdict] = await loadInTetragon([hook({ ...opened, selectors: Array.from({ length: 5 }, () => selector) })]);
  expect(verdict?.faults.join("\n")).toMatch(/its selectors take \d+ bytes/);
});

const types = existsSync("/sys/kernel/btf/vmlinux");

it.for<readonly [string, object, RegExp]>([
  ["a function that the kernel has not", hook({ ...opened, call: "security_file_opened" }), /security_file_opened/],
  ["a type that the argument has not", hook({ ...opened, args: [{ index: 0, type: "sock" }], selectors: [{}] }), /does not match spec type/],
  ["a way to a value that does not lead there", hook({ ...opened, args: [{ index: 0, type: "uint32", resolve: "f_colour" }] }), /f_colour/],
  ["data that no process has", hook({ data: [{ index: 0, type: "string", source: "current_task", resolve: "colour" }] }), /colour/],
])(`refuses %s${types ? "" : " (left out: the kernel tells none of its types)"}`, async ([, policy, because], { skip }) => {
  skip(!types, "the kernel tells none of its types");
  const [verdict] = await loadInTetragon([policy]);
  expect(verdict?.faults.join("\n")).toMatch(because);
});

it("is refused by our own check what Tetragon's code refuses of limits", () => {
  const own = (policy: { readonly spec?: unknown }): string => policyFaults(policy.spec).join("\n");
  expect(faulty.slice(0, 2).map(([, policy]) => own(policy) !== "")).toEqual([true, true]);
  expect(faulty.slice(2, 8).map(([name, policy]) => [name, own(policy) !== ""])).toEqual(faulty.slice(2, 8).map(([name]) => [name, true]));
});
