import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { CompiledDetection, EmitRequest } from "../../src/backends/backend.ts";
import { rulesFaults } from "../../src/backends/falco/check/rules-faults.ts";
import { emitFalco } from "../../src/backends/falco/index.ts";
import { describeControls } from "../../src/backends/opa/describe-controls.ts";
import type { Rollout } from "../../src/backends/rollout.ts";
import { buildTarget } from "../../src/bundle/build-target.ts";
import { describeDetections } from "../../src/bundle/detections.ts";
import { readTarget } from "../../src/bundle/target-file.ts";
import { settingsOf } from "../../src/bundle/target-settings.ts";
import { tacticsOf } from "../../src/frameworks/attack-tactics.ts";
import { newestMinor } from "../../src/kubernetes/minors.ts";
import { detect } from "../../src/plain/detect.ts";
import { defaultParameters } from "../../src/plain/judge.ts";
import { loadRules, type LoadedRule } from "../falco/engine.ts";
import { asFields, eventsNear, fieldsOf } from "../falco/events.ts";
import { targetSettings } from "../target-settings.ts";
import { keptCases } from "../kept-cases.ts";
import { compiledPolicies } from "../compiled-policies.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const { controls, detections, sourceOf } = compiledPolicies;
const result = await readTarget(join(root, "targets/falco.yaml"), { ...describeControls(controls), detections: describeDetections(detections) });
if ("errors" in result) throw new Error(JSON.stringify(result.errors));
const built = await buildTarget(result.target, controls, "auto", sourceOf, keptCases, detections);

function requestFor(some: readonly CompiledDetection[], parameters: Readonly<Record<string, unknown>> = {}, exemptions: Rollout["exemptions"] = []): EmitRequest {
  return {
    controls: [],
    detections: some,
    settings: { kubernetesMinor: newestMinor, controls: Object.fromEntries(some.map(({ id }) => [id, true as const])), parameters: Object.fromEntries(some.map(({ detection, id }) => [id, { ...defaultParameters(detection), ...parameters }])) },
    target: targetSettings("audit", { rollout: () => ({ placements: [{ stage: "audit" }], exemptions }) }),
    sourceOf,
    compiler: "auto",
  };
}

const findingOf = ({ tags }: LoadedRule): string | undefined => tags.find((tag) => tag.startsWith("finding:"))?.slice("finding:".length);

it("emits what is kept", () => {
  const folder = join(root, "golden/falco");
  expect(readdirSync(folder).sort()).toEqual(built.files.map(({ path }) => path).sort());
  for (const { content, path } of built.files) expect(readFileSync(join(folder, path), "utf8"), path).toBe(content);
});

it("emits rules with which nothing is wrong", () => {
  expect(built.faults).toEqual([]);
  expect(built.files.filter(({ path }) => path.endsWith(".yaml")).map(({ path }) => path)).toEqual(["portcullis-k8s-audit.yaml", "portcullis-objects.yaml", "portcullis-syscall.yaml"]);
});

it("says for each detection and control that is not emitted why", () => {
  const settings = settingsOf(result.target, controls, detections);
  expect(built.controls?.map(({ control }) => control)).toEqual([...detections, ...controls].map(({ id }) => id).filter((id) => settings.controls[id]).sort());
  expect(built.controls).toEqual(expect.arrayContaining(detections.map(({ id }) => expect.objectContaining({ control: id }))));
  expect(built.controls?.filter(({ emitted, reason }) => !emitted && reason === undefined)).toEqual([]);
});

it("says in two halves what lies in the network of all addresses of IPv6", () => {
  const some = detections.filter(({ id }) => id === "outbound-connections");
  const [compiled] = some;
  if (compiled === undefined) throw new Error("there is no outbound-connections");
  const { files } = emitFalco(requestFor(some, { allowedNets: ["::/0", "10.0.0.0/8"] }));
  expect(rulesFaults(files)).toEqual([]);
  const [rule] = loadRules(files);
  const to = (address: string): Readonly<Record<string, unknown>> => ({ "evt.type": "connect", "evt.rawres": 0, "container.id": "3ad7b26ded6d", "fd.typechar": address.includes(":") ? "6" : "4", "fd.sip": address, "fd.sport": 443, "fd.l4proto": "tcp" });
  expect(["2001:db8::1", "fe00::1", "10.1.2.3", "203.0.113.9"].map((address) => rule?.fires(asFields(to(address))))).toEqual([false, false, false, true]);
  expect(files.map(({ content }) => String(content)).join("")).toContain("::/1, 8000::/1");
});

/** The rules of a detection under exemptions of these namespaces. */
const exempting = (id: string, namespaces: readonly string[]): readonly LoadedRule[] => {
  const { files } = emitFalco(requestFor(detections.filter((each) => each.id === id), {}, [{ namespaces, reason: "it is theirs", owner: "platform@example.com", ticket: "PLAT-1", expires: "2027-03-31" }]));
  expect(rulesFaults(files)).toEqual([]);
  expect(String(files.find(({ path }) => path.endsWith(".yaml"))?.content)).toContain(`# Exempt in ${namespaces.join(", ")}: it is theirs (platform@example.com, PLAT-1, until 2027-03-31)`);
  return loadRules(files);
};

it.each<[string, string, readonly string[], readonly string[]]>([
  ["exec-sessions", "ka.target.namespace", ["kube-system", "team-*", "*-ci"], ["kube-system", "team-a", "web-ci"]],
  ["container-shells", "k8s.ns.name", ["kube-system", "team-*", "*-ci"], ["kube-system", "team-a", "web-ci"]],
  ["container-shells", "k8s.ns.name", ["*"], ["kube-system", "shop"]],
])("is silent for %s by %s in the namespaces %j, and nowhere else", (id, field, globs, exempt) => {
  const compiled = detections.find((each) => each.id === id);
  const fixture = compiled?.detection.cases.find(({ findings, parameters }) => findings.length > 0 && parameters === undefined);
  if (compiled === undefined || fixture === undefined) throw new Error(`${id} has no event to report`);
  const fields = fieldsOf(compiled.detection.source, fixture.event);
  const rules = exempting(id, globs);
  const reports = (namespace: string | undefined): boolean => rules.some(({ fires }) => fires((name) => (name === field ? namespace : fields[name])));
  expect(exempt.map(reports)).toEqual(exempt.map(() => false));
  // Falco may learn of a namespace only after the event.
  expect([undefined, ...(globs.includes("*") ? [] : ["shop", "kube-system-2", "my-team-a", "ci", "web-ci-2"])].map(reports)).not.toContain(false);
});

it("gives every parameter that lets something off an exception of its name, which a later file can add to", () => {
  const exceptions = built.files.filter(({ path }) => path.endsWith(".yaml")).flatMap(({ content }) => (parse(String(content)) as readonly { tags?: readonly string[]; exceptions?: readonly { name: string }[] }[]).flatMap(({ exceptions: own = [], tags = [] }) => own.map(({ name }) => `${tags.find((tag) => tag.startsWith("control:"))?.slice(8)} ${name}`)));
  expect(exceptions).toEqual(expect.arrayContaining(["exec-sessions allowed_users", "outbound-connections allowed_nets", "outbound-connections allowed_ports", "token-requests allowed_user_prefixes"]));
});

it("knows the tactics of every technique that a detection names", () => {
  expect(detections.flatMap(({ detection }) => detection.techniques).filter((technique) => tacticsOf([technique]).length === 0)).toEqual([]);
  expect(tacticsOf(["T1059.004", "T1610", "T9999"])).toEqual(["execution", "defense_evasion"]);
});

/** How many events each rule is asked about. A longer run: PORTCULLIS_EVENTS=50000 PORTCULLIS_SEED=$RANDOM. */
const numRuns = Number(process.env["PORTCULLIS_EVENTS"] ?? 1000);
const seed = Number(process.env["PORTCULLIS_SEED"] ?? 7);

for (const compiled of detections) {
  const { detection, id } = compiled;
  // Parameters that are empty by default leave some rules out; the cases say with which they are there.
  const given = { ...Object.assign({}, ...detection.cases.map(({ parameters }) => parameters)) as Readonly<Record<string, unknown>>, ...Object.fromEntries(Object.entries(defaultParameters(detection)).filter(([, value]) => !Array.isArray(value) || value.length > 0)) };
  const parameters = loadRules(emitFalco(requestFor([compiled])).files).length > 0 ? {} : given;
  const files = emitFalco(requestFor([compiled], parameters)).files;
  const rules = loadRules(files);

  describe(id, () => {
    it("reports by its rules what the plain run reports of its own events", () => {
      const emitted = new Map<string, readonly LoadedRule[]>();
      for (const { event, name, parameters: own = {} } of detection.cases) {
        const key = JSON.stringify(own);
        if (!emitted.has(key)) {
          const made = emitFalco(requestFor([compiled], own)).files;
          expect(rulesFaults(made), name).toEqual([]);
          emitted.set(key, loadRules(made));
        }
        const alerts = (emitted.get(key) ?? []).filter(({ fires }) => fires(asFields(fieldsOf(detection.source, event)))).map(findingOf);
        expect(alerts.sort(), name).toEqual(detect(detection, id, { event, parameters: own }).map(({ finding }) => finding).sort());
      }
    });

    it("reports by its rules what the plain run reports of a thousand events near its own", () => {
      const context = { parameters: { ...defaultParameters(detection), ...parameters } };
      expect(rules.map(findingOf)).toEqual(detection.rules.map(({ finding }) => finding));
      const seen = new Map(rules.map((rule) => [rule, { fires: 0, silent: 0 }]));
      fc.assert(
        fc.property(eventsNear(compiled, rules), (event) => {
          for (const rule of rules) {
            const plain = detection.rules.find(({ finding }) => finding === findingOf(rule));
            const fires = rule.fires(asFields(event));
            expect({ rule: rule.name, fires }).toEqual({ rule: rule.name, fires: plain?.when({ ...context, event } as never) });
            const counts = seen.get(rule);
            if (counts !== undefined) counts[fires ? "fires" : "silent"] += 1;
          }
        }),
        { numRuns, seed },
      );
      // Else two that never fire would agree.
      for (const [{ name }, { fires, silent }] of seen) expect({ name, enough: fires > numRuns / 100 && silent > numRuns / 100 }).toEqual({ name, enough: true });
    });
  });
}
