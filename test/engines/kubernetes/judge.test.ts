import { expect, it } from "vitest";
import { podSecurityFixtures } from "./fixtures.ts";
import { judge, type PodSecurityVerdict } from "./judge.ts";

const podWith = (spec: object) => ({ apiVersion: "v1", kind: "Pod", metadata: { name: "pod" }, spec });
const container = { name: "app", image: "registry.example.com/app" };

function checked(verdict: PodSecurityVerdict | undefined) {
  if (verdict === undefined || "error" in verdict) throw new Error(`no verdict: ${verdict?.error}`);
  return verdict;
}

it("agrees with the verdict in the name of every fixture of Kubernetes 1.25 to 1.37", async () => {
  const fixtures = await podSecurityFixtures(25, 37);
  expect(fixtures.length).toBeGreaterThan(1500);
  const verdicts = await judge(fixtures);
  const wrong = fixtures.filter(({ level, passes }, index) => checked(verdicts[index]).levels[level].allowed !== passes);
  expect(wrong.map(({ level, minor, name }) => `${level}/v1.${minor}/${name}`)).toEqual([]);
});

it("gives each of the 19 checks its own verdict, and leaves overridden ones out of the level only", async () => {
  const capabilities = { add: ["SYS_ADMIN"], drop: ["ALL"] };
  const [verdict] = await judge([{ minor: 37, object: podWith({ containers: [{ ...container, securityContext: { capabilities } }] }) }]);
  const { checks, levels } = checked(verdict);
  expect(Object.keys(checks)).toHaveLength(19);
  expect(checks.capabilities_baseline).toMatchObject({ level: "baseline", allowed: false });
  expect(checks.capabilities_restricted).toMatchObject({ level: "restricted", allowed: false });
  expect(levels.baseline.reasons).toEqual([checks.capabilities_baseline.reason]);
  expect(levels.restricted.reasons).not.toContain(checks.capabilities_baseline.reason);
});

it("takes each check as it stood at the minor", async () => {
  const object = podWith({ containers: [{ ...container, livenessProbe: { httpGet: { host: "10.0.0.1", port: 80 } } }] });
  const [before, after] = await judge([{ minor: 33, object }, { minor: 34, object }]);
  expect(checked(before).checks.hostProbesAndHostLifecycle).toMatchObject({ allowed: true, absent: true });
  expect(checked(after).checks.hostProbesAndHostLifecycle.allowed).toBe(false);
  expect(checked(after).checks.hostProbesAndHostLifecycle.absent).toBeUndefined();
});

it("judges what the API server makes of an object, or the object as it is written", async () => {
  const spec = { hostNetwork: true, containers: [{ ...container, ports: [{ containerPort: 80 }] }], volumes: [{ name: "scratch" }] };
  const template = { apiVersion: "apps/v1", kind: "Deployment", spec: { template: { spec } } };
  const verdicts = await judge([{ object: podWith(spec), minor: 37 }, { object: podWith(spec), minor: 37, raw: true }, { object: template, minor: 37 }]);
  const allowed = verdicts.map((verdict) => checked(verdict).checks).map(({ hostPorts, restrictedVolumes }) => [hostPorts.allowed, restrictedVolumes.allowed]);
  expect(allowed).toEqual([[false, true], [true, false], [true, true]]);
});

it("finds the pod in a template, and says what holds none or cannot be decoded", async () => {
  const spec = { hostNetwork: true, containers: [container] };
  const job = { spec: { template: { spec } } };
  const verdicts = await judge([
    { minor: 37, object: { apiVersion: "batch/v1", kind: "CronJob", spec: { jobTemplate: job } } },
    { minor: 37, object: { apiVersion: "v1", kind: "Secret" } },
    { minor: 37, object: podWith({ containers: "none" }) },
  ]);
  expect(checked(verdicts[0]).checks.hostNamespaces.allowed).toBe(false);
  expect(verdicts.slice(1).map((verdict) => "error" in verdict)).toEqual([true, true]);
});

it("judges 20,000 pods in one go", async () => {
  const cases = Array.from({ length: 20_000 }, (_, index) => ({ minor: 37, object: podWith({ hostPID: index % 2 === 1, containers: [container] }) }));
  const verdicts = await judge(cases);
  expect(verdicts.filter((verdict) => !checked(verdict).checks.hostNamespaces.allowed)).toHaveLength(10_000);
});
