import { expect, it } from "vitest";
import { atMost } from "../../src/backends/cel/cost/at-most.ts";
import { elementsWithin, policyCost } from "../../src/backends/cel/cost/policy-cost.ts";
import { constant, plus, sizeOfPlace, times } from "../../src/backends/cel/cost/polynomial.ts";
import { costReport, excessOf } from "../../src/backends/cel/cost/report.ts";
import { printCel } from "../../src/backends/cel/print.ts";
import { atom, binary, call, type Cel, concat, list, method, select } from "../../src/backends/cel/syntax.ts";
import { stringLiteral } from "../../src/backends/cel/text.ts";
import { emitGatekeeper } from "../../src/backends/gatekeeper/index.ts";
import { samples } from "../cel-cost-samples.ts";
import { targetSettings } from "../target-settings.ts";
import { compiledPolicies } from "../compiled-policies.ts";

const controls = compiledPolicies.controls.filter(({ id }) => id === "allowed-registries");

/** What an expression costs at most, for texts of 24 characters. */
const costOf = (cel: Cel, elements: number): number => policyCost({ variables: [], validations: [cel], messages: [] }, 24)(elements).policy;

it("estimates samples at what the API server counts, or a little above where that depends on the object", () => {
  expect(samples.map(([cel]) => `${printCel(cel)} ${costOf(cel, 2)}`)).toEqual(samples.map(([cel, cost, estimate = cost]) => `${printCel(cel)} ${estimate}`));
});

const listAt = (...names: readonly string[]): Cel => names.reduce<Cel>((target, name) => select(target, name), call("dyn", atom("object")));
const [x, y] = [atom("x"), atom("y")];
const isNamed = (given: Cel): Cel => binary("==", select(given, "name"), stringLiteral("a"));

it("lets the lists inside of another share their elements", () => {
  const nested = method(listAt("items"), "exists", x, method(select(x, "parts"), "exists", y, isNamed(y)));
  // Twice as many elements cost twice as much: no element is part of two.
  expect(costOf(nested, 2000) / costOf(nested, 1000)).toBeCloseTo(2, 2);
});

it("multiplies lists that are walked for each element of another", () => {
  const crossed = method(listAt("items"), "exists", x, method(listAt("items"), "exists", y, binary("==", x, y)));
  expect(costOf(crossed, 2000) / costOf(crossed, 1000)).toBeCloseTo(4, 1);
});

it("counts the elements of several lists once, and of one list as often as it is walked", () => {
  const walk = (name: string): Cel => method(listAt(name), "exists", x, isNamed(x));
  const [once, apart, again] = [walk("a"), concat([list(walk("a")), list(walk("b"))]), concat([list(walk("a")), list(walk("a"))])].map((cel) => costOf(cel, 1_000_000) / 1_000_000);
  expect(apart).toBeCloseTo(once ?? 0, 3);
  expect(again).toBeCloseTo(2 * (once ?? 0), 3);
});

it("takes a member under a computed key for any of them", () => {
  const places = ["object.a[].b", "object.a.c.b", "object.a[].d"].map((path) => sizeOfPlace({ path, under: 0 }));
  expect(atMost(plus(...places))(10)).toBe(20);
});

it("bounds products of sizes that have one sum", () => {
  const [a, b] = [sizeOfPlace({ path: "object.a", under: 0 }), sizeOfPlace({ path: "object.b", under: 0 })];
  expect(atMost(times(a, a))(10)).toBe(100);
  expect(atMost(times(a, b))(10)).toBe(50);
  // Each object has its own sum.
  expect(atMost(times(a, sizeOfPlace({ path: "oldObject.a", under: 0 })))(10)).toBe(100);
  expect(atMost(plus(times(constant(3), a), times(constant(5), b)))(10)).toBe(50);
});

it("works a variable out once for the validations and once for the messages", () => {
  const variables = [{ name: "found", expression: listAt("items") }, { name: "unread", expression: listAt("items") }];
  const found = select(atom("variables"), "found");
  expect(policyCost({ variables, validations: [found, found], messages: [found] }, 24)(0)).toEqual({ expression: 4, policy: 4 * 2 + 2 * 3 });
});

it("says within how many elements a cost keeps to the limits, and what exceeds them", () => {
  const cost = (elements: number) => ({ expression: elements * 30, policy: elements * elements });
  expect(elementsWithin(cost, { expression: 300, policy: 1_000_000 }, 100_000)).toBe(10);
  expect(elementsWithin(cost, { expression: 1_000_000, policy: 25 }, 100_000)).toBe(5);
  expect(elementsWithin(cost, { expression: 1_000_000, policy: 1_000_000 }, 10)).toBe(10);
  expect(excessOf(costReport(cost, { expression: 3000, policy: 10_000 }))).toBe(undefined);
  expect(excessOf(costReport(cost, { expression: 2999, policy: 10_000 }))).toMatch(/^an expression of up to 3,000 units, where 2,999 are granted, .*up to 99 elements are certain/);
  expect(excessOf(costReport(cost, { expression: 3000, policy: 9999 }))).toMatch(/^a policy of up to 10,000 units/);
});

/** What a target of Gatekeeper in CEL says of the control of registries, with so many of them allowed. */
function registriesInGatekeeper(count: number) {
  const registries = Array.from({ length: count }, (_, number) => `registry-${number}.example.com`);
  const settings = { kubernetesMinor: 37, controls: { "allowed-registries": true as const }, parameters: { "allowed-registries": { registries } } };
  const { controls: made, diagnostics } = emitGatekeeper({ controls, settings, target: targetSettings("enforce", { gatekeeper: { language: "cel", generateVAP: false } }), sourceOf: () => undefined, compiler: "auto" });
  return { emitted: made?.[0]?.emitted, reason: made?.[0]?.reason ?? "", codes: diagnostics.map(({ code }) => code) };
}

it("keeps a template that Gatekeeper may deny for its cost, and says so", () => {
  const { codes, emitted, reason } = registriesInGatekeeper(1);
  expect({ codes, emitted }).toEqual({ codes: [], emitted: true });
  expect(reason).toMatch(/^Gatekeeper denies what costs more than it grants: the template has a policy of up to [0-9,]+ units, where 1,000,000 are granted/);
});

it("leaves out a template that Gatekeeper would deny a single element for", () => {
  const { codes, emitted, reason } = registriesInGatekeeper(40_000);
  expect({ codes, emitted }).toEqual({ codes: ["gatekeeper/cannot-express"], emitted: false });
  expect(reason).toContain("up to 0 elements are certain");
});
