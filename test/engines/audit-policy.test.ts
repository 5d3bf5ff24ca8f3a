import { spawn } from "node:child_process";
import { once } from "node:events";
import fc from "fast-check";
import type { auditv1 } from "portcullis";
import { judge } from "portcullis/testing";
import { beforeAll, describe, expect, it } from "vitest";
import { concerns, isMet, machines, persons } from "../../policies/audit/first-rule.ts";
import { admission, attach, certificateRequests, ephemeralContainers, exec, namespaces, pods, proxies, type Resource, rolesAndBindings, tokens, workloads } from "../../policies/audit/resources.ts";
import { standardControls } from "../policies.ts";
import { engineBinary } from "./engine.ts";

// The API server's own evaluator of audit policies says which rule a request meets; the controls simulate it.

interface Asked {
  readonly user: string;
  readonly groups: readonly string[];
  readonly namespace: string;
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
}

interface Answer {
  readonly levels?: readonly string[];
  readonly error?: string;
}

const verbs = ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"] as const;
const requesters = [...persons, ...machines];
const secrets: Resource = { group: "", full: "secrets", all: "secrets/*", everywhere: "secrets" };
const orders: Resource = { group: "shop.example.com", full: "orders", all: "orders/*", everywhere: "orders" };
const resources: readonly Resource[] = [secrets, orders, exec, attach, ephemeralContainers, ...proxies, ...rolesAndBindings, namespaces, pods, ...workloads, ...admission, ...certificateRequests, tokens];

const probes = resources.flatMap((resource) => requesters.flatMap((requester) => verbs.map((verb) => ({ resource, requester, verb }))));
const requests = probes.map(({ resource: { group, full }, requester, verb }): Asked => ({ ...requester, verb, group, resource: full.split("/")[0] ?? "", subresource: full.split("/")[1] ?? "" }));

async function levelsOf(policies: readonly auditv1.Policy[]): Promise<readonly Answer[]> {
  const child = spawn(await engineBinary("audit-policy"), { stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(child, "close");
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  for (const policy of policies) child.stdin.write(`${JSON.stringify({ policy, requests })}\n`);
  child.stdin.end();
  expect((await ended)[0]).toBe(0);
  return Buffer.concat(chunks).toString().trim().split("\n").map((line) => JSON.parse(line) as Answer);
}

/** What the controls take the level of each probe to be. */
function simulated({ rules = [] }: auditv1.Policy): readonly string[] {
  return probes.map(({ resource, requester, verb }) => {
    const concerned = rules.filter((rule) => concerns(rule, resource, 37));
    return concerned.find((rule, index) => isMet(rule, concerned.slice(0, index), [requester], [verb]))?.level ?? "None";
  });
}

const some = <Item>(items: readonly Item[], most = 3): fc.Arbitrary<readonly Item[] | undefined> => fc.option(fc.subarray([...items], { minLength: 1, maxLength: most }), { nil: undefined, freq: 1 });
const words = [...new Set(resources.flatMap(({ full, all, everywhere }) => [full, all, everywhere])), "*", "*/status", "*/exec"];
const entry = fc
  .record({ group: fc.constantFrom(...new Set(resources.map(({ group }) => group)), "*"), resources: some(words, 5), resourceNames: fc.option(fc.constant(["cart"]), { nil: undefined, freq: 6 }) })
  .map(({ resources: named, resourceNames, group }): auditv1.GroupResources => ({ group, ...(named === undefined ? {} : { resources: named }), ...(named === undefined || resourceNames === undefined ? {} : { resourceNames }) }));
const rule = fc
  .record({
    level: fc.constantFrom("None", "Metadata", "Request", "RequestResponse"),
    users: some(["jane", "system:node:worker-1", "system:kube-controller-manager", "bob"]),
    userGroups: some(["system:authenticated", "system:nodes", "admins"]),
    verbs: some([...verbs, "*"]),
    namespaces: some(["shop", "kube-system", "", "web"]),
    resources: fc.option(fc.array(entry, { minLength: 1, maxLength: 3 }), { nil: undefined, freq: 3 }),
    paths: fc.option(fc.subarray(["/healthz*", "/version", "*"], { minLength: 1 }), { nil: undefined, freq: 1 }),
  })
  .map(({ level, paths, namespaces: places, resources: entries, ...who }): auditv1.PolicyRule => {
    const told = Object.fromEntries(Object.entries(who).filter(([, list]) => list !== undefined));
    // A rule is for resources or for paths.
    if (paths !== undefined && places === undefined && entries === undefined) return { level, ...told, nonResourceURLs: paths };
    return { level, ...told, ...(places === undefined ? {} : { namespaces: places }), ...(entries === undefined ? {} : { resources: entries }) };
  });
const policy = fc.array(rule, { minLength: 1, maxLength: 6 }).map((rules): auditv1.Policy => ({ apiVersion: "audit.k8s.io/v1", kind: "Policy", rules }));
const generated = fc.sample(policy, { numRuns: 2000, seed: 1 });

const controls = (await standardControls()).filter(({ id }) => /^audit-(secret-bodies|interactive-access|identity-changes|catch-all)$/.test(id));

describe("the API server", () => {
  let answers: readonly Answer[] = [];
  beforeAll(async () => {
    answers = await levelsOf(generated);
  });

  it("meets the same rule first as the controls do, in generated policies", () => {
    const wrong = generated.filter((each, index) => JSON.stringify(answers[index]?.levels) !== JSON.stringify(simulated(each)));
    expect(wrong.slice(0, 3)).toEqual([]);
    expect(new Set(answers.flatMap(({ levels = [] }) => levels)).size).toBe(4);
  });

  it("never meets a rule that is said to be out of reach", async () => {
    const catchAll = controls.find(({ id }) => id === "audit-catch-all");
    if (catchAll === undefined) throw new Error("there is no control audit-catch-all");
    const dead = generated.flatMap((object, at) => {
      const found = judge(catchAll.control, catchAll.id, { object }).filter(({ finding }) => finding === "b").map(({ path }) => Number(/\d+/.exec(path)?.[0]));
      return found.map((index) => ({ at, without: { ...object, rules: (object.rules ?? []).filter((_rule, place) => place !== index) } }));
    });
    expect(dead.length).toBeGreaterThan(100);
    const rest = await levelsOf(dead.map(({ without }) => without));
    expect(dead.filter(({ at }, index) => JSON.stringify(rest[index]?.levels) !== JSON.stringify(answers[at]?.levels)).slice(0, 3)).toEqual([]);
  });

  it.each(controls.map(({ control, id }) => [id, control] as const))("starts with every policy in the cases of %s, and meets its rules as the control does", async (_id, control) => {
    const policies = [...control.pass, ...control.fail].filter(({ kubernetesMinor = 37 }) => kubernetesMinor === 37).map(({ object }) => object as unknown as auditv1.Policy);
    const levels = await levelsOf(policies);
    expect(levels.map(({ error }) => error).filter((error) => error !== undefined)).toEqual([]);
    expect(levels.map((answer) => answer.levels)).toEqual(policies.map(simulated));
  });
});
