import fc from "fast-check";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { nativeCompiler } from "../../src/backends/opa/rego-native.ts";
import { podCases } from "../arbitraries/pods.ts";
import { ObjectMutations, randomNumbers } from "../object-mutations.ts";
import { engineBinary } from "./engine.ts";
import { controls, differenceOf, type Document, documentsFor, foundBy, goldenDocuments, kindOf, languages, root, type Setting } from "./gatekeeper/documents.ts";
import { type GatekeeperRequest, judgeGatekeeper } from "./gatekeeper/judge.ts";
import { createSchemaValidator } from "../../src/kubernetes/schema-validator.ts";

/** Runs a program that must not wait for input: gator reads manifests from a standard input that stays open. */
async function run(program: string, args: readonly string[]): Promise<string> {
  const running = promisify(execFile)(program, args);
  running.child.stdin?.end();
  return (await running).stdout;
}

const kinds = new Map(controls.map((control) => [control.id, kindOf(control)]));
const targets = { rego: "gatekeeper", cel: "gatekeeper-cel" } as const;

const matches = ({ check }: (typeof controls)[number], object: unknown): boolean => {
  const { apiVersion, kind } = object as { apiVersion: string; kind: string };
  return check.match.kinds.some((each) => each.apiVersion === apiVersion && each.kind === kind);
};

it.each(languages)("takes every template and constraint in %s that is kept", async (language) => {
  const documents = goldenDocuments(targets[language]);
  expect(documents.length).toBeGreaterThan(30);
  const { reports } = await judgeGatekeeper(documents, []);
  expect(reports.filter(({ error }) => error !== undefined)).toEqual([]);
});

it("emits Rego that OPA finds strict, formatted, and within the builtins that need no host", async () => {
  const compiler = nativeCompiler(await engineBinary("opa"));
  const templates = goldenDocuments("gatekeeper").filter(({ kind }) => kind === "ConstraintTemplate");
  for (const { metadata, spec } of templates) {
    const [target] = (spec as { targets: [{ code: [{ source: { rego: string; libs?: readonly string[] } }] }] }).targets;
    const { libs = [], rego } = target.code[0].source;
    const files = [{ path: "template.rego", text: rego }, ...libs.map((text, index) => ({ path: `lib-${index}.rego`, text }))];
    const { errors, formatted } = await compiler.compile({ files, entrypoints: [`${metadata.name}/violation`] });
    expect(errors, metadata.name).toEqual([]);
    expect(formatted.map(({ text }) => text).sort(), metadata.name).toEqual(files.map(({ text }) => text).sort());
  }
});

/** An audit knows no operation, so that it is none that a check asks for. */
const unknownOperation = "" as "CREATE";

it.each(languages)("agrees in %s with the plain run on the own cases of every control, in requests and in audits", async (language) => {
  const cases = controls.flatMap((control) => [...control.control.pass, ...control.control.fail].map((each) => ({ control, ...each })));
  const settingOf = ({ kubernetesMinor, parameters }: (typeof cases)[number]): string => JSON.stringify([kubernetesMinor, parameters]);
  // A kind has one template at a time: each round judges the cases of one setting of every control.
  const settings = controls.map((control) => ({ control, keys: [...new Set(cases.filter((each) => each.control === control).map(settingOf))] }));
  const wrong: string[] = [];
  let judged = 0;
  for (let round = 0; settings.some(({ keys }) => round < keys.length); round += 1) {
    const current = cases.filter((each) => settings.find(({ control }) => control === each.control)?.keys[round] === settingOf(each));
    const given = settings.flatMap(({ control }): Setting[] => {
      const own = current.find((each) => each.control === control);
      return own === undefined ? [] : [{ control, minor: own.kubernetesMinor, parameters: own.parameters }];
    });
    const requests = current.flatMap(({ object, others }): GatekeeperRequest[] => {
      const around = others === undefined ? {} : { inventory: others };
      return [{ operation: "CREATE", object, ...around }, { object, ...around }];
    });
    const { answers, reports } = await judgeGatekeeper(documentsFor(given, language), requests);
    expect(reports.flatMap(({ error }) => error ?? [])).toEqual([]);
    for (const [index, { control, kubernetesMinor, object, others = [], parameters }] of current.entries()) {
      for (const [place, answer] of answers.slice(2 * index, 2 * index + 2).entries()) {
        judged += 1;
        const found = differenceOf(foundBy(answer, kinds.get(control.id) ?? ""), language, control, { object, others, operation: place === 0 ? ("CREATE" as const) : unknownOperation, ...(parameters === undefined ? {} : { parameters }), ...(kubernetesMinor === undefined ? {} : { kubernetesMinor }) });
        if (found !== undefined) wrong.push(`${control.id}: ${found}`);
      }
    }
  }
  expect(wrong).toEqual([]);
  expect(judged).toBe(2 * cases.length);
});

/** Judges objects by all controls, and gives where a constraint and the plain run differ. */
async function differences(objects: readonly unknown[], language: (typeof languages)[number], minor: number): Promise<{ readonly wrong: readonly string[]; readonly denied: number }> {
  const { answers } = await judgeGatekeeper(documentsFor(controls.map((control) => ({ control, minor })), language), objects.map((object) => ({ operation: "CREATE", object })));
  let denied = 0;
  const wrong = objects.flatMap((object, index) =>
    controls.filter((control) => matches(control, object)).flatMap((control) => {
      const violations = foundBy(answers[index], kinds.get(control.id) ?? "");
      if (violations.length > 0) denied += 1;
      const found = differenceOf(violations, language, control, { object, operation: "CREATE", kubernetesMinor: minor });
      return found === undefined ? [] : [`${control.id} on object ${index} for 1.${minor}: ${found}`];
    }),
  );
  return { wrong, denied };
}

for (const language of languages) {
  it(`agrees in ${language} with the plain run on generated pods, null members and all, for old and new Kubernetes`, async () => {
    const objects = fc.sample(podCases(), { numRuns: 600, seed: 323 }).map(({ object }) => object);
    for (const [part, minor] of [29, 33, 37].entries()) {
      const { denied, wrong } = await differences(objects.slice(200 * part, 200 * part + 200), language, minor);
      expect(wrong.slice(0, 10)).toEqual([]);
      expect(denied).toBeGreaterThan(300);
    }
  });

  it(`agrees in ${language} with the plain run on the cases of all controls with parts absent, null, empty or repeated`, async () => {
    const random = randomNumbers(7);
    const objects = controls.flatMap(({ check, control }) => {
      const mutations = new ObjectMutations(control, check, random);
      return Array.from({ length: 20 }, () => mutations.next());
    });
    const { denied, wrong } = await differences(objects.filter(isReviewable), language, 37);
    expect(wrong.slice(0, 10)).toEqual([]);
    expect(denied).toBeGreaterThan(300);
  });
}

const schemas = createSchemaValidator();

/** What an API server lets through to Gatekeeper: the language promises nothing about objects that their schema refuses. */
function isReviewable(object: unknown): boolean {
  const { apiVersion, kind } = object as { apiVersion?: unknown; kind?: unknown };
  if (typeof apiVersion !== "string" || typeof kind !== "string") return false;
  const result = schemas.validate(apiVersion, kind, object);
  return result.known && result.errors.length === 0;
}

const container = (name: string, privileged: boolean): unknown => ({ name, image: "registry.k8s.io/pause:3.10", securityContext: { privileged } });
const pod = (spec: unknown, metadata: object = {}): unknown => ({ apiVersion: "v1", kind: "Pod", metadata: { name: "web", namespace: "shop", ...metadata }, spec });
const bad = { containers: [container("web", true)] };
const worse = { containers: [container("web", true), container("next", true)] };

const only = (id: string, settings: Partial<Setting> = {}): readonly Setting[] => controls.filter((control) => control.id === id).map((control) => ({ control, ...settings }));

/** How many violations each request has: of a constraint in CEL at most one. */
async function counts(documents: readonly Document[], requests: readonly GatekeeperRequest[]): Promise<readonly number[]> {
  const { answers, reports } = await judgeGatekeeper(documents, requests);
  expect(reports.flatMap(({ error }) => error ?? [])).toEqual([]);
  return answers.map((answer) => foundBy(answer, documents.at(-1)?.kind ?? "").length);
}

for (const language of languages) {
  it(`leaves out in ${language} an update that changes nothing that the control reads, and judges one that does`, async () => {
    const controller = (kind: string, spec: unknown, replicas: number): unknown => {
      const template = { metadata: {}, spec };
      return kind === "CronJob"
        ? { apiVersion: "batch/v1", kind, metadata: { name: "web" }, spec: { schedule: "0 3 * * *", suspend: replicas > 1, jobTemplate: { spec: { template } } } }
        : { apiVersion: "apps/v1", kind, metadata: { name: "web" }, spec: { replicas, selector: { matchLabels: {} }, template } };
    };
    const update = (oldObject: unknown, object: unknown): GatekeeperRequest => ({ operation: "UPDATE", object, oldObject });
    const documents = documentsFor(only("privileged-containers"), language);
    expect(await counts(documents, [update(pod(bad), pod(bad, { labels: { seen: "yes" } })), ...["Deployment", "CronJob"].map((kind) => update(controller(kind, bad, 1), controller(kind, bad, 2)))])).toEqual([0, 0, 0]);
    const judged = await counts(documents, [update(pod(bad), pod(worse)), ...["Deployment", "CronJob"].map((kind) => update(controller(kind, bad, 1), controller(kind, worse, 1)))]);
    expect(judged).toEqual(language === "cel" ? [1, 1, 1] : [2, 2, 2]);
    // Without an old object there is nothing that could be unchanged.
    expect(await counts(documents, [{ operation: "UPDATE", object: pod(bad) }, { operation: "UPDATE", object: pod(bad), oldObject: null }, { object: pod(bad) }])).toEqual([1, 1, 1]);
  });

  it(`judges in ${language} an update of annotations by the control that reads them`, async () => {
    const annotated = (profile: string): unknown => pod({ containers: [container("web", false)] }, { annotations: { "container.apparmor.security.beta.kubernetes.io/web": profile } });
    const update = (before: string, after: string): GatekeeperRequest => ({ operation: "UPDATE", oldObject: annotated(before), object: annotated(after) });
    expect(await counts(documentsFor(only("apparmor-profile"), language), [update("runtime/default", "unconfined"), update("unconfined", "unconfined")])).toEqual([1, 0]);
  });

  it(`lets in ${language} everything be deleted, and takes a debug container that joins a Pod for an update`, async () => {
    const documents = documentsFor(only("privileged-containers"), language);
    const joined = { ...bad, containers: [container("web", false)], ephemeralContainers: [container("debugger", true)] };
    const requests: readonly GatekeeperRequest[] = [{ operation: "DELETE", oldObject: pod(bad) }, { operation: "UPDATE", oldObject: pod({ containers: [container("web", false)] }), object: pod(joined) }];
    expect(await counts(documents, requests)).toEqual([0, 1]);
    const role = { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata: { name: "all" }, rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["*"] }] };
    expect(await counts(documentsFor(only("wildcard-rules"), language), [{ operation: "DELETE", oldObject: role }, { operation: "CREATE", object: role }])).toEqual([0, 1]);
  });

  it(`takes in ${language} the defaults for what a hand-written constraint leaves out`, async () => {
    const image = (name: string): GatekeeperRequest => ({ operation: "CREATE", object: pod({ containers: [{ name: "web", image: name }] }) });
    const requests = [image("registry.k8s.io/pause"), image("docker.io/library/nginx"), image("nginx")];
    const [template, constraint] = documentsFor(only("allowed-registries"), language);
    if (template === undefined || constraint === undefined) throw new Error("there is no template");
    const bare = (schema: boolean): Document => {
      const copy = structuredClone(template) as unknown as { spec: { crd: { spec: { validation: { openAPIV3Schema: { properties: Record<string, { default?: unknown }> } } } } } };
      if (!schema) for (const property of Object.values(copy.spec.crd.spec.validation.openAPIV3Schema.properties)) delete property.default;
      return copy as unknown as Document;
    };
    // With the defaults of the schema, and without them: the policy has its own.
    for (const hasSchema of [true, false]) {
      const withParameters = (parameters: unknown): readonly Document[] => [bare(hasSchema), { ...constraint, spec: { ...constraint.spec, ...(parameters === undefined ? { parameters: undefined } : { parameters }) } }];
      expect(await counts(withParameters(undefined), requests)).toEqual([0, 1, 1]);
      expect(await counts(withParameters({}), requests)).toEqual([0, 1, 1]);
      expect(await counts(withParameters({ registries: ["docker.io"] }), requests)).toEqual([1, 0, 0]);
      expect(await counts(withParameters({ defaultRegistry: "registry.k8s.io" }), requests)).toEqual([0, 1, 0]);
      expect(await counts(withParameters({ registries: [] }), requests)).toEqual([1, 1, 1]);
    }
  });

  it(`puts a control in ${language} in force where its rollout says, less the exempt namespaces`, async () => {
    const rollout = { placements: [{ stage: "enforce" as const, namespaces: ["team-*", "*-prod", "shop"] }, { stage: "warn" as const }], exemptions: [{ namespaces: ["kube-system", "team-infra*", "*-lab"], reason: "nodes" }] };
    const actions = async (id: string, objects: readonly unknown[]): Promise<readonly string[]> => {
      const documents = documentsFor(only(id), language, rollout);
      const { answers, reports } = await judgeGatekeeper(documents, objects.flatMap((object): GatekeeperRequest[] => [{ operation: "CREATE", object }, { object }]));
      expect(reports.flatMap(({ error }) => error ?? [])).toEqual([]);
      const found = answers.map((answer) => [...new Set(foundBy(answer, kinds.get(id) ?? "").map(({ action }) => action))].sort().join("+"));
      // A request and an audit agree.
      expect(found.filter((_, index) => index % 2 === 1)).toEqual(found.filter((_, index) => index % 2 === 0));
      return found.filter((_, index) => index % 2 === 0);
    };
    const names = ["team-a", "team-", "steam-a", "a-prod", "prod", "shop", "shop2", "kube-system", "team-infra", "team-infra-2", "a-lab", "lab"];
    const expected = ["deny+warn", "deny+warn", "warn", "deny+warn", "warn", "deny+warn", "warn", "", "", "", "", "warn"];
    expect(await actions("privileged-containers", names.map((namespace) => pod(bad, { namespace })))).toEqual(expected);
    // A Namespace is in itself; what is outside of namespaces is never exempt, nor among some of them.
    expect(await actions("pod-security-labels", names.map((name) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } })))).toEqual(expected);
    const rules = [{ apiGroups: [""], resources: ["pods"], verbs: ["*"] }];
    const role = (kind: string, metadata: object): unknown => ({ apiVersion: "rbac.authorization.k8s.io/v1", kind, metadata: { name: "all", ...metadata }, rules });
    expect(await actions("wildcard-rules", [role("ClusterRole", {}), role("ClusterRole", { name: "kube-system" }), role("Role", { namespace: "team-a" }), role("Role", { namespace: "a-lab" })])).toEqual(["warn", "warn", "deny+warn", ""]);
  });
}

/** A pod of many containers and volumes. */
const crowded = (size: number, fields: object): unknown =>
  pod({ containers: Array.from({ length: size }, (_, index) => ({ name: `container-${index}`, ...fields })), volumes: Array.from({ length: size }, (_, index) => ({ name: `volume-${index}`, hostPath: { path: "/" } })) });

it.each(languages)("judges in %s a pod of 500 containers that breaks everything as the plain run does", async (language) => {
  const context = { privileged: true, allowPrivilegeEscalation: true, procMount: "Unmasked", runAsUser: 0, runAsNonRoot: false, capabilities: { add: ["SYS_ADMIN", "NET_RAW"] }, seccompProfile: { type: "Unconfined" }, appArmorProfile: { type: "Unconfined" }, seLinuxOptions: { type: "spc_t", user: "u", role: "r" }, windowsOptions: { hostProcess: true } };
  const probe = { httpGet: { host: "127.0.0.1", port: 80 } };
  const image = `ghcr.io:443/team/application/part:v1.2.3@sha256:${"0".repeat(64)}`;
  const { denied, wrong } = await differences([crowded(500, { image, securityContext: context, ports: [{ containerPort: 80, hostPort: 80 }], livenessProbe: probe, readinessProbe: probe })], language, 37);
  expect(wrong).toEqual([]);
  expect(denied).toBeGreaterThan(15);
});

it("refuses what costs more in CEL than Gatekeeper allows, whatever it holds", async () => {
  const { answers } = await judgeGatekeeper(documentsFor(only("allowed-registries"), "cel"), [{ operation: "CREATE", object: crowded(3000, { image: "registry.k8s.io/pause:3.10" }) }]);
  expect(foundBy(answers[0], kinds.get("allowed-registries") ?? "").map(({ action, message }) => `${action}: ${message}`)).toEqual([expect.stringMatching(/^deny: .*cost budget/)]);
});

it.each(languages)("runs in %s as a person would with gator: its own tests pass, and manifests are judged", async (language) => {
  const gator = await engineBinary("gator");
  const folder = join(root, "golden", targets[language]);
  const stdout = await run(gator, ["verify", `${folder}/...`]);
  expect(stdout.trimEnd().split("\n").at(-1)).toBe("PASS");
  const suites = stdout.split("\n").filter((line) => line.startsWith("ok"));
  expect(suites.length).toBe(goldenDocuments(targets[language]).filter(({ kind }) => kind === "ConstraintTemplate").length);
  const sample = join(folder, "tests/pod-security/host-ports/fail-1.yaml");
  const tested = await run(gator, ["test", "--filename", join(folder, "templates"), "--filename", join(folder, "constraints"), "--filename", sample, "--output", "json"]);
  const found = JSON.parse(tested) as { msg: string; constraint: { metadata: { name: string } } }[];
  expect(found.filter(({ constraint, msg }) => constraint.metadata.name === "host-ports" && /^spec\.\S+hostPort: /.test(msg)).length).toBeGreaterThan(0);
});
