import { expect, it } from "vitest";
import { difference } from "../../../src/verify/comparison.ts";
import { bundleOf } from "./bundle.ts";
import { denialOf } from "./denials.ts";
import { derivedObjects } from "./derived-objects.ts";
import { applyAll, policiesInForce } from "../../../src/verify/live/in-force.ts";
import { liveCluster } from "./live-cluster.ts";
import { ask, each, liveCases, makeNamespaces, requestOf } from "../../../src/verify/live/own-cases.ts";
import { container, deploymentOf, hugePod, podOf, soundPodOf } from "./pods.ts";

const bundle = await bundleOf("kubernetes", { stage: "enforce" });

/** What ran in the cluster before the policies came, good and bad. */
const running = [podOf("bad", [container("app", true)]), soundPodOf("good"), podOf("leaving", [container("app", true)]), deploymentOf("bad", true)];

const live = liveCluster(async (cluster) => {
  const { client } = cluster;
  const { cases } = await liveCases(client, bundle.controls, derivedObjects);
  await makeNamespaces(client, running);
  for (const object of running) expect((await client.create(object)).status).toBe(201);
  for (const name of ["bad", "good"]) expect((await client.post(podOf(name, []), "binding", { apiVersion: "v1", kind: "Binding", metadata: { name }, target: { apiVersion: "v1", kind: "Node", name: "node" } })).status).toBe(201);
  await applyAll(cluster, bundle.objects);
  await policiesInForce(cluster);
  return { cases };
});

it("refuses the own and derived objects of the controls that the plain run refuses, in its words, and no others", async () => {
  let refused = 0;
  const wrong = await each(live().prepared.cases, async (asked) => {
    const expected = new Map<string, readonly string[]>(bundle.controls.map((control) => [`${control.id}.portcullis.dev`, bundle.expected(control, requestOf(asked, asked.seen))] as const).filter(([, texts]) => texts.length > 0));
    const answer = await ask(live().client, asked);
    const denial = denialOf(answer);
    if (answer.status >= 300 && denial === undefined) return [`${asked.about}: ${answer.status} ${answer.body.message}`];
    if (denial === undefined) return expected.size === 0 ? [] : [`${asked.about} passes, where ${[...expected.keys()].join(", ")} should refuse it`];
    refused += 1;
    if (answer.status !== 422) return [`${asked.about} is refused with ${answer.status}`];
    const differs = difference({ allowed: false, message: denial.message }, expected.get(denial.policy) ?? []);
    return differs === undefined ? [] : [`${denial.policy} of ${asked.about}: ${differs}`];
  });
  expect(wrong.flat()).toEqual([]);
  expect(refused).toBeGreaterThan(100);
});

it("lets an object that runs already be labelled, scaled and deleted, but not be changed where a control reads", async () => {
  const { client } = live();
  const allowed = [
    await client.patch(podOf("bad", []), { metadata: { labels: { seen: "yes" } } }),
    await client.patch(deploymentOf("bad", true), { spec: { replicas: 3 } }),
    await client.remove(podOf("leaving", [])),
    await client.update({ ...deploymentOf("bad", true), apiVersion: "apps/v1", spec: { ...(deploymentOf("bad", true, 5)["spec"] as object) } }, { dryRun: true }),
  ];
  expect(allowed.map(({ body, status }) => (status === 200 ? "" : body.message))).toEqual(["", "", "", ""]);
  const image = { spec: { containers: [{ name: "app", image: "registry.k8s.io/pause:3.11" }] } };
  expect(denialOf(await client.patch(podOf("bad", []), image))).toBeDefined();
  expect(denialOf(await client.patch(deploymentOf("bad", true), { spec: { template: image } }))).toBeDefined();
});

it("judges debug containers that join a Pod on a node", async () => {
  const { client } = live();
  const answer = await client.patch(podOf("good", []), { spec: { ephemeralContainers: [container("debugger", true)] } }, { dryRun: true, subresource: "ephemeralcontainers" });
  expect(denialOf(answer)?.message).toContain("spec.ephemeralContainers[0]");
  expect(live().prepared.cases.filter(({ subresource }) => subresource !== undefined).length).toBeGreaterThan(5);
});

it("leaves alone what is asked of a running Pod: commands in it, its eviction, its status", async () => {
  const { client } = live();
  const answers = [
    await client.post(podOf("bad", []), "exec?command=id&stdout=true", undefined),
    await client.post(podOf("bad", []), "eviction", { apiVersion: "policy/v1", kind: "Eviction", metadata: { name: "bad", namespace: "shop" } }, { dryRun: true }),
    await client.patch(podOf("bad", []), { status: { phase: "Running" } }, { dryRun: true, subresource: "status" }),
  ];
  expect(answers.map(denialOf)).toEqual([undefined, undefined, undefined]);
  expect(answers.slice(1).map(({ status }) => status)).toEqual([201, 200]);
});

it("judges objects whose name or namespace the request leaves to the API server", async () => {
  const { client } = live();
  const { name: _, ...unnamed } = podOf("", [container("app", true)]).metadata;
  expect(denialOf(await client.create({ ...podOf("", [container("app", true)]), metadata: { ...unnamed, generateName: "web-" } }))).toBeDefined();
  expect(denialOf(await client.create({ ...podOf("", [container("app", true)]), metadata: { name: "web" } }))).toBeDefined();
  expect((await client.create(podOf("web", [container("app", true)], { namespace: "nowhere" }))).status).toBe(404);
});

it("refuses a Pod of 500 containers and 200 KB that breaks everything", async () => {
  expect(denialOf(await live().client.create(hugePod("huge")))).toBeDefined();
});
