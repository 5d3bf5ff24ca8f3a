import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CompiledDetection, EmitRequest } from "../../src/backends/backend.ts";
import { emittedFaults } from "../../src/backends/engine-schemas/validate-emitted.ts";
import { emitFalco } from "../../src/backends/falco/index.ts";
import { describeControls } from "../../src/backends/opa/describe-controls.ts";
import type { Rollout } from "../../src/backends/rollout.ts";
import { emitTetragon, tetragon } from "../../src/backends/tetragon/index.ts";
import { buildTarget } from "../../src/bundle/build-target.ts";
import { describeDetections } from "../../src/bundle/detections.ts";
import { readTarget } from "../../src/bundle/target-file.ts";
import { newestMinor } from "../../src/kubernetes/minors.ts";
import { defaultParameters } from "../../src/plain/judge.ts";
import { loadRules } from "../falco/engine.ts";
import { eventsNear } from "../falco/events.ts";
import { keptCases } from "../kept-cases.ts";
import { targetSettings } from "../target-settings.ts";
import { loadPolicies, type Policy, reports } from "../tetragon/engine.ts";
import { callOf, possible } from "../tetragon/kernel.ts";
import { compiledPolicies } from "../compiled-policies.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const { controls, detections, sourceOf } = compiledPolicies;
const result = await readTarget(join(root, "targets/tetragon.yaml"), { ...describeControls(controls), detections: describeDetections(detections) });
if ("errors" in result) throw new Error(JSON.stringify(result.errors));
const built = await buildTarget(result.target, controls, "auto", sourceOf, keptCases, detections);
const syscalls = detections.filter(({ detection }) => detection.source === "syscall");

interface Given {
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly exemptions?: Rollout["exemptions"];
  readonly options?: EmitRequest["target"]["tetragon"];
}

function requestFor(some: readonly CompiledDetection[], { exemptions = [], options, parameters = {} }: Given = {}): EmitRequest {
  return {
    controls: [],
    detections: some,
    settings: { kubernetesMinor: newestMinor, controls: Object.fromEntries(some.map(({ id }) => [id, true as const])), parameters: Object.fromEntries(some.map(({ detection, id }) => [id, { ...defaultParameters(detection), ...parameters }])) },
    target: { ...targetSettings("audit", { rollout: () => ({ placements: [{ stage: "audit" }], exemptions }) }), ...(options === undefined ? {} : { tetragon: options }) },
    sourceOf,
    compiler: "auto",
  };
}

const detection = (id: string): CompiledDetection => {
  const found = detections.find((each) => each.id === id);
  if (found === undefined) throw new Error(`there is no ${id}`);
  return found;
};

const findingOf = ({ metadata }: Policy): string | undefined => metadata.annotations["portcullis.dev/finding"];

it("emits what is kept", () => {
  const folder = join(root, "golden/tetragon");
  const kept = readdirSync(folder, { recursive: true }).map((path) => String(path).replaceAll("\\", "/")).filter((path) => statSync(join(folder, path)).isFile());
  expect(kept.sort()).toEqual(built.files.map(({ path }) => path).sort());
  for (const { content, path } of built.files) expect(readFileSync(join(folder, path), "utf8"), path).toBe(content);
});

it("emits policies with which nothing is wrong, for at least 19 detections", () => {
  expect(built.faults).toEqual([]);
  expect(built.controls?.filter(({ emitted }) => emitted).length).toBeGreaterThanOrEqual(19);
});

it("says for each detection that is not emitted why, and warns at the author's line of each finding that is left out", () => {
  expect(built.controls?.map(({ control }) => control)).toEqual(detections.map(({ id }) => id).sort());
  expect(built.controls?.filter(({ emitted, reason }) => !emitted && reason === undefined)).toEqual([]);
  const told = built.controls?.filter(({ reason = "" }) => reason.includes("cannot express")).map(({ control }) => control);
  expect(told).toEqual(["miner-connections", "network-tools", "new-executables", "privileged-starts", "socket-redirects"]);
  expect(built.diagnostics.map(({ code, span }) => [code, span?.file])).toEqual(told?.map((id) => ["tetragon/cannot-express", `policies/runtime/${id}.ts`]));
});

it("names each policy after its detection and finding, and no two alike", () => {
  const names = loadPolicies(built.files).map(({ metadata }) => metadata.name);
  expect(new Set(names).size).toBe(names.length);
  for (const { metadata } of loadPolicies(built.files)) expect(metadata.name.replace(/-\d+$/, "")).toBe(["portcullis", metadata.annotations["portcullis.dev/control"], metadata.annotations["portcullis.dev/finding"]].filter((part) => part !== undefined).join("-"));
});

it("only reports unless the target asks for processes to be ended", () => {
  const text = (given?: Given): string => emitTetragon(requestFor([detection("container-shells"), detection("kernel-modules")], given)).files.filter(({ path }) => path.startsWith("runtime/")).map(({ content }) => String(content)).join("");
  expect(text()).not.toContain("Sigkill");
  expect(text({ options: { kill: ["kernel-modules"] } }).match(/action: \w+/g)).toEqual(["action: Post", "action: Sigkill", "action: Sigkill", "action: Sigkill"]);
});

const shell = { "evt.type": "execve", "proc.name": "sh", "proc.pname": "runc", "proc.tty": 34816, "container.id": "3ad7b26ded6d" };
const shellIn = (namespace: string) => callOf(possible({ ...shell, "k8s.ns.name": namespace }));
const exempt = (namespaces: readonly string[]): Rollout["exemptions"] => [{ namespaces, reason: "it is theirs" }];

it("is silent in exempt namespaces, and nowhere else", () => {
  const emission = emitTetragon(requestFor([detection("container-shells")], { exemptions: exempt(["kube-system", "ci"]) }));
  expect(emittedFaults(tetragon, "1.7", emission.files)).toEqual([]);
  expect(emission.files.map(({ content }) => String(content)).join("")).toContain("# Exempt in kube-system, ci: it is theirs");
  const policies = loadPolicies(emission.files);
  expect(["kube-system", "ci", "shop", "kube-system-2"].map((namespace) => policies.some((policy) => reports(policy, shellIn(namespace) ?? never())))).toEqual([false, false, true, true]);
});

it("leaves the node itself watched where all namespaces are exempt", () => {
  const policies = loadPolicies(emitTetragon(requestFor([detection("sensitive-file-reads")], { exemptions: exempt(["*"]) })).files);
  const read = (place: object) => callOf(possible({ "evt.type": "openat", "evt.is_open_read": true, "fd.name": "/etc/shadow", "proc.name": "cat", ...place })) ?? never();
  expect(policies.some((policy) => reports(policy, read({})))).toBe(true);
  expect(policies.some((policy) => reports(policy, read({ "container.id": "3ad7b26ded6d", "k8s.ns.name": "shop" })))).toBe(false);
});

it("refuses exemptions by a part of a namespace's name", () => {
  const { faults, files } = emitTetragon(requestFor([detection("container-shells")], { exemptions: exempt(["team-*"]) }));
  expect(files).toEqual([]);
  expect(faults).toEqual(["The exemption of container-shells in team-* cannot be said to Tetragon, which knows namespaces by their whole names alone: name each of them."]);
});

it("writes policies of one namespace where the target names one, without what could not hold there", () => {
  const emission = emitTetragon(requestFor([detection("container-shells"), detection("sensitive-file-reads"), detection("outbound-connections")], { options: { namespace: "shop" }, parameters: { namespaces: ["payments"] } }));
  expect(emittedFaults(tetragon, "1.7", emission.files)).toEqual([]);
  const policies = loadPolicies(emission.files);
  expect(new Set(policies.map(({ kind, metadata }) => `${kind} ${metadata.namespace}`))).toEqual(new Set(["TracingPolicyNamespaced shop"]));
  expect(policies.filter(({ metadata }) => metadata.name.includes("outbound"))).toEqual([]);
  expect(["shop", "payments"].map((namespace) => policies.some((policy) => reports(policy, shellIn(namespace) ?? never())))).toEqual([true, false]);
});

it("splits what no hook could hold over several policies", () => {
  const many = Array.from({ length: 9 }, (_, index) => `/deep/place-${index}/file-${index}`);
  const { files } = emitTetragon(requestFor([detection("evidence-removal")], { parameters: { histories: many } }));
  expect(emittedFaults(tetragon, "1.7", files)).toEqual([]);
  const policies = loadPolicies(files).filter((policy) => findingOf(policy) === "b");
  expect(policies.length).toBeGreaterThanOrEqual(2);
  for (const path of many) {
    const call = callOf(possible({ "evt.type": "unlink", "evt.arg.path": `/srv${path}`, "proc.name": "rm" }));
    expect(policies.some((policy) => reports(policy, call ?? never())), path).toBe(true);
  }
});

function never(): never {
  throw new Error("the event has no hook");
}

/** How many events each detection is asked about. A longer run: PORTCULLIS_EVENTS=50000 PORTCULLIS_SEED=$RANDOM. */
const numRuns = Number(process.env["PORTCULLIS_EVENTS"] ?? 1000);
const seed = Number(process.env["PORTCULLIS_SEED"] ?? 7);

/** What a policy says of itself: whether it may report more or less than the detection. */
function claimOf(policies: readonly Policy[], without: RegExp): { readonly more: boolean; readonly less: boolean } {
  const text = policies[0]?.metadata.annotations["portcullis.dev/differs"] ?? "";
  const [, more = "", less = ""] = /^(?:Reports more than the detection\. (.*?))?\s*(?:Reports less than the detection\. (.*))?$/.exec(text) ?? [];
  const remains = (part: string): boolean => part.split(/(?<=\.) /).some((sentence) => sentence !== "" && !without.test(sentence));
  return { more: remains(more), less: remains(less) };
}

/** An event without what Tetragon says that it cannot see. */
const plainly = (event: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  possible({ ...event, "proc.cmdline": undefined, "container.image.repository": undefined, "evt.is_open_create": false, "evt.res": "SUCCESS", "evt.rawres": 0, "proc.aname": (Array.isArray(event["proc.aname"]) ? event["proc.aname"] : []).slice(0, 2) });

const seenPlainly = /^(Attempts that the kernel refuses|Reported too:|Of a process's ancestors|Not seen:)/;

for (const compiled of syscalls) {
  const { detection: own, id } = compiled;
  const given = Object.assign({}, ...own.cases.map(({ parameters }) => parameters)) as Readonly<Record<string, unknown>>;
  const parameters = loadRules(emitFalco(requestFor([compiled])).files).length > 0 ? {} : given;
  const policies = loadPolicies(emitTetragon(requestFor([compiled], { parameters })).files);
  if (policies.length === 0) continue;
  const findings = [...new Set(policies.map(findingOf))];
  const context = { parameters: { ...defaultParameters(own), ...parameters } };

  /** Holds a finding's policies to the plain run for one event, as far as they claim to agree. */
  const compare = (finding: string | undefined, event: Readonly<Record<string, unknown>>, without: RegExp, asked: Readonly<Record<string, unknown>> = context.parameters, from = policies): { readonly plain: boolean; readonly fires: boolean } => {
    const some = from.filter((policy) => findingOf(policy) === finding);
    const call = callOf(event);
    const fires = call !== undefined && some.some((policy) => reports(policy, call));
    const plain = own.rules.find((rule) => rule.finding === finding)?.when({ parameters: asked, event: Object.fromEntries(Object.entries(event).filter(([, value]) => value !== undefined)) } as never) === true;
    const { less, more } = claimOf(some, without);
    const agrees = fires === plain || (fires ? more : less);
    expect({ finding, event, fires, plain, agrees }).toEqual({ finding, event, fires, plain, agrees: true });
    return { plain, fires };
  };

  describe(id, () => {
    it("reports of its own events what the plain run does, as far as it claims to", () => {
      const emitted = new Map<string, readonly Policy[]>();
      for (const { event, name, parameters: special = {} } of own.cases) {
        const key = JSON.stringify(special);
        if (!emitted.has(key)) {
          const { faults, files } = emitTetragon(requestFor([compiled], { parameters: special }));
          expect([...faults, ...emittedFaults(tetragon, "1.7", files)], name).toEqual([]);
          emitted.set(key, loadPolicies(files));
        }
        const made = emitted.get(key) ?? [];
        for (const finding of new Set(made.map(findingOf))) compare(finding, possible(event), /^$/, { ...defaultParameters(own), ...special }, made);
      }
    });

    it("reports of a thousand events near its own what the plain run does, as far as it claims to", () => {
      const rules = loadRules(emitFalco(requestFor([compiled], { parameters })).files);
      const seen = new Map(findings.map((finding) => [finding, { both: 0, neither: 0 }]));
      fc.assert(
        fc.property(eventsNear(compiled, rules), (event) => {
          for (const finding of findings) {
            compare(finding, possible(event), /^$/);
            const { fires, plain } = compare(finding, plainly(event), seenPlainly);
            const counts = seen.get(finding);
            if (counts !== undefined && fires === plain) counts[fires ? "both" : "neither"] += 1;
          }
        }),
        { numRuns, seed },
      );
      // Else two that never fire would agree.
      for (const [finding, { both, neither }] of seen) expect({ finding, enough: both > numRuns / 100 && neither > numRuns / 100 }).toEqual({ finding, enough: true });
    });
  });
}

it("has a golden for each policy that the kustomization applies", () => {
  const [, list = ""] = /resources:\n([^]*)$/.exec(String(built.files.find(({ path }) => path === "kustomization.yaml")?.content)) ?? [];
  const paths = [...list.matchAll(/- (\S+)/g)].map(([, path = ""]) => path);
  expect(paths.length).toBe(built.controls?.filter(({ emitted }) => emitted).length);
  expect(paths.filter((path) => !existsSync(join(root, "golden/tetragon", path)))).toEqual([]);
});
