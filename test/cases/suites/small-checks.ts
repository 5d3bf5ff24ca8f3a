import { describe, expect, it } from "vitest";
import { coverageOf } from "../../../src/cases/index.ts";
import { derivedControls } from "../../derived-cases.ts";

const controls = derivedControls("test/fixtures/cases");

const named = (id: string): (typeof controls)[number] => {
  const found = controls.find(({ control }) => control.id === id);
  if (found === undefined) throw new Error(`there is no control ${id}`);
  return found;
};

const summaryOf = (id: string): string[] => named(id).cases.map(({ name, violations, parameters }) => `${violations.length === 0 ? "passes" : "fails"}: ${name}${parameters === undefined ? "" : ` with ${JSON.stringify(parameters)}`}`);

describe("a check of one condition", () => {
  it("asks for the condition on both sides, in each place of a pod, as updates, and with nulls", () => {
    expect(summaryOf("host-process")).toEqual([
      "fails: spec.hostPID = true",
      "passes: spec.hostPID absent",
      "passes: spec absent",
      "fails: spec.hostPID = true, in a Deployment",
      "passes: spec.hostPID absent, in a Deployment",
      "fails: spec.hostPID = true, in a CronJob",
      "passes: spec.hostPID absent, in a CronJob",
      "fails: an update that leaves the pod as it was",
      "fails: an update that makes the pod worse",
      "passes: spec.hostPID absent, null for absent",
      "passes: spec absent, null for absent",
    ]);
  });

  it("has each object reduced to what decides", () => {
    const containers = [{ name: "web", image: "registry.k8s.io/pause:3.10" }];
    expect(named("host-process").cases.slice(0, 2).map(({ object }) => object)).toEqual([
      { apiVersion: "v1", kind: "Pod", metadata: { name: "web" }, spec: { containers, hostPID: true } },
      { apiVersion: "v1", kind: "Pod", metadata: { name: "web" }, spec: { containers } },
    ]);
  });
});

describe("a check of a bound in a walk", () => {
  it("asks for both conditions on both sides, the bound itself, what lies beyond it, and a second element", () => {
    expect(summaryOf("node-ports")).toEqual([
      "passes: spec.type absent",
      'fails: spec.ports[0].nodePort absent with {"highest":-1}',
      'passes: spec.ports[0].nodePort = 32000 with {"highest":32000}',
      "passes: spec absent",
      "passes: spec = {}",
      "passes: spec.ports = []",
      "fails: spec.ports has 2 elements",
      'passes: spec.type = ""',
      "passes: spec.type absent, null for absent",
      "passes: spec.type absent, behind null elements",
      'fails: spec.ports[0].nodePort absent, null for absent with {"highest":-1}',
      "passes: spec absent, null for absent",
      "passes: spec = {}, null for absent",
    ]);
  });

  it("says which branches the control's own objects leave open", () => {
    const { control } = named("node-ports");
    const { reached, unreached } = coverageOf(control, [...control.control.pass, ...control.control.fail]);
    expect(reached.map(({ what }) => what)).toEqual(['object.spec.type == "NodePort" holds', "port.nodePort ?? 0: the value is there", "(port.nodePort ?? 0) > parameters.highest holds"]);
    expect(unreached.map(({ what }) => what)).toEqual([
      'object.spec.type == "NodePort" does not hold',
      "port.nodePort ?? 0: the value is absent",
      "(port.nodePort ?? 0) > parameters.highest: both are equal",
      "(port.nodePort ?? 0) > parameters.highest does not hold",
    ]);
  });
});

describe("a check that asks for two things at once", () => {
  it("has an object with both of them, beside those that each want one", () => {
    expect(summaryOf("key-pair").filter((line) => line.startsWith("passes"))).toEqual(["passes: an object that has all that is asked for"]);
    expect(named("key-pair").cases.at(-1)?.object).toMatchObject({ flags: ["--tls-cert-file=/etc/s.crt", "--tls-private-key-file=/etc/s.key"] });
  });
});
