import fc from "fast-check";
import { expect, it } from "vitest";
import { namespaceGlobCovers, namespaceMatches, namespaceOf } from "../../src/backends/namespaces.ts";
import { namespaceGlob, type Placement, type Stage } from "../../src/backends/rollout.ts";
import { rolloutOf, stages } from "../../src/bundle/rollout.ts";
import type { StageEntry, Target } from "../../src/bundle/target.ts";

const restricted = { id: "restricted-volumes", frameworks: { pss: ["restrictedVolumes"] } };

const placements = (spec: Omit<Target["spec"], "backend">): readonly Placement[] => rolloutOf({ backend: "kubernetes", ...spec }, restricted).placements;

it("puts a control in force everywhere at the target's stage, which is audit where it says none", () => {
  expect(placements({})).toEqual([{ stage: "audit" }]);
  expect(placements({ stage: "warn", stages: [{ stage: "enforce", controls: ["other"] }, { stage: "enforce", profiles: ["pss-baseline"] }] })).toEqual([{ stage: "warn" }]);
});

it("takes the strictest of what holds everywhere, and leaves out what that makes idle", () => {
  expect(placements({ stages: [{ stage: "warn", profiles: ["pss-restricted"] }, { stage: "warn", controls: ["restricted-volumes"], namespaces: ["shop"] }] })).toEqual([{ stage: "warn" }]);
  expect(placements({ stage: "enforce", stages: [{ stage: "audit", profiles: ["all"] }] })).toEqual([{ stage: "enforce" }]);
});

it("joins the namespaces of a stage, without those that another one covers", () => {
  expect(
    placements({
      stages: [
        { stage: "enforce", controls: ["restricted-volumes"], namespaces: ["team-b", "shop"] },
        { stage: "warn", profiles: ["all"], namespaces: ["team-*", "shop"] },
        { stage: "enforce", profiles: ["pss-restricted"], namespaces: ["team-a", "team-a"] },
        { stage: "warn", profiles: ["all"], namespaces: ["team-c"] },
      ],
    }),
  ).toEqual([{ stage: "audit" }, { stage: "warn", namespaces: ["team-*"] }, { stage: "enforce", namespaces: ["shop", "team-a", "team-b"] }]);
});

it("gives each control its own exemptions, as the target says them", () => {
  const exemptions = [
    { controls: ["restricted-volumes", "other"], namespaces: ["kube-system"], reason: "node agents", owner: "platform", ticket: "P-1", expires: "2027-03-31" },
    { controls: ["other"], namespaces: ["*"], reason: "not ours" },
  ];
  expect(rolloutOf({ backend: "opa", exemptions }, restricted).exemptions).toEqual([{ namespaces: ["kube-system"], reason: "node agents", owner: "platform", ticket: "P-1", expires: "2027-03-31" }]);
});

/** Names and globs from so few letters that they meet often. */
const name = fc.string({ unit: fc.constantFrom("a", "b", "-"), minLength: 1, maxLength: 4 });
const glob = fc.oneof(fc.constant("*"), name, name.map((text) => `${text}*`), name.map((text) => `*${text}`));
const stage = fc.constantFrom<Stage>("audit", "warn", "enforce");
const entry: fc.Arbitrary<StageEntry> = fc
  .record({ stage, controls: fc.constantFrom(["restricted-volumes"], ["other"], ["other", "restricted-volumes"]), namespaces: fc.option(fc.array(glob, { minLength: 1, maxLength: 3 }), { nil: undefined }) })
  .map(({ namespaces, ...rest }) => ({ ...rest, ...(namespaces === undefined ? {} : { namespaces }) }));
const places = fc.option(name, { nil: undefined });

/** The strictest stage of what holds in a namespace, or outside of all. */
function strictest(all: readonly { readonly stage: Stage; readonly namespaces?: readonly string[] }[], place: string | undefined): Stage | undefined {
  const inForce = all.filter(({ namespaces }) => namespaces === undefined || (place !== undefined && namespaces.some((each) => namespaceMatches(each, place))));
  return stages.findLast((each) => inForce.some((placement) => placement.stage === each));
}

it("goes as far in each namespace, and outside of all, as the target's own words do", () => {
  fc.assert(
    fc.property(stage, fc.array(entry, { maxLength: 6 }), fc.array(places, { minLength: 1, maxLength: 8 }), (base, entries, asked) => {
      const rolled = placements({ stage: base, stages: entries });
      const said = [{ stage: base }, ...entries.filter(({ controls = [] }) => controls.includes("restricted-volumes"))];
      for (const place of asked) expect(strictest(rolled, place)).toBe(strictest(said, place));
    }),
    { numRuns: 2000, seed: 1 },
  );
});

it("has one placement that holds everywhere, no two of one stage, none that a stricter one makes idle, and no order of its own", () => {
  fc.assert(
    fc.property(stage, fc.array(entry, { maxLength: 6 }), (base, entries) => {
      const [first, ...scoped] = placements({ stage: base, stages: entries });
      expect(first?.namespaces).toBeUndefined();
      const ranks = [first, ...scoped].map((placement) => stages.indexOf(placement?.stage as Stage));
      expect(ranks).toEqual([...new Set(ranks)].sort());
      for (const { namespaces = [] } of scoped) {
        expect(namespaces.length).toBeGreaterThan(0);
        for (const each of namespaces) expect(scoped.flatMap((other) => (other.stage === "enforce" || other.namespaces === namespaces ? (other.namespaces ?? []) : [])).filter((other) => other !== each && namespaceGlobCovers(other, each))).toEqual([]);
      }
      expect(placements({ stage: base, stages: entries.toReversed() })).toEqual([first, ...scoped]);
    }),
    { numRuns: 1000, seed: 1 },
  );
});

it("knows which globs are wider: every name that the narrower one covers", () => {
  fc.assert(fc.property(glob, glob, name, (wider, narrower, text) => !namespaceGlobCovers(wider, narrower) || !namespaceMatches(narrower, text) || namespaceMatches(wider, text)), { numRuns: 5000, seed: 1 });
  expect([namespaceGlobCovers("team-*", "team-a-*"), namespaceGlobCovers("*-system", "kube-system"), namespaceGlobCovers("a*", "*a"), namespaceGlobCovers("a*", "*")]).toEqual([true, true, false, false]);
});

it("takes a name, a start, an end, and a star for globs, and nothing else", () => {
  expect(["shop", "team-*", "*-system", "*"].every((text) => namespaceGlob.test(text))).toBe(true);
  expect(["", "a*b", "*a*", "Shop", "a.b", "a b", "**", "!a"].some((text) => namespaceGlob.test(text))).toBe(false);
});

it.each([
  ["the namespace that it names", { apiVersion: "v1", kind: "Pod", metadata: { namespace: "shop" } }, "shop"],
  ["none where it names none", { apiVersion: "v1", kind: "Pod", metadata: { name: "web" } }, undefined],
  ["none where the name is none", { apiVersion: "v1", kind: "Pod", metadata: { namespace: "" } }, undefined],
  ["itself as a Namespace", { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop", namespace: "other" } }, "shop"],
  ["none of a kind outside namespaces, which the API server makes of any claim", { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata: { namespace: "kube-system" } }, undefined],
  ["the namespace that an object of an unknown kind names", { apiVersion: "example.com/v1", kind: "Widget", metadata: { namespace: "shop" } }, "shop"],
  ["none without a kind", { metadata: { namespace: "shop" } }, undefined],
])("finds an object to be in %s", (_, object, namespace) => {
  expect(namespaceOf(object)).toBe(namespace);
});
