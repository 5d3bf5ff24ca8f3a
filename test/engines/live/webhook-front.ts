import { join } from "node:path";
import { expect, it } from "vitest";
import { difference } from "../admission/comparison.ts";
import { compiledControls } from "../admission/policies.ts";
import { type Bundle, bundleOf, controlOf, emittedObjects, root } from "./bundle.ts";
import type { ApiAnswer, ApiObject } from "./client.ts";
import type { Cluster } from "./cluster.ts";
import { applyAll } from "./in-force.ts";
import { kubectlApply } from "./kubectl.ts";
import { liveCluster } from "./live-cluster.ts";
import { ask, each, type LiveCase, liveCases, makeNamespaces, requestOf } from "./own-cases.ts";
import { container, deploymentOf, hugePod, podOf } from "./pods.ts";
import { until } from "./process.ts";
import type { Said } from "./said.ts";

/** An engine that judges as a webhook, with a target for it. */
export interface WebhookFront {
  readonly target: string;
  readonly start: (cluster: Cluster) => Promise<void>;
  /** The Kustomizations of the target, in the order in which they are applied, and what each holds. */
  readonly parts: readonly { readonly folder: string; readonly holds: (object: ApiObject) => boolean }[];
  /** Waits until the engine knows objects that were applied. */
  readonly known: (cluster: Cluster, objects: readonly ApiObject[]) => Promise<void>;
  readonly said: (answer: ApiAnswer) => Said;
  /** Whether a message says which of its findings a control found, or leaves that to parts that a client is not told of. */
  readonly tellsFindings: boolean;
  /** What the engine says when its policies are applied, though nothing is wrong. */
  readonly expectedWarning?: RegExp;
}

/** What the engines leave out by their own configuration, whatever the policies say. */
const isOutOfReach = ({ sent: { kind, metadata } }: LiveCase): boolean => (kind === "Namespace" ? metadata.name : metadata.namespace) === "kube-system";

const marked = (kind: "Namespace" | "ConfigMap" | "ClusterRole", name: string): ApiObject => ({
  apiVersion: kind === "ClusterRole" ? "rbac.authorization.k8s.io/v1" : "v1",
  kind,
  metadata: { name: kind === "Namespace" ? name : "marked", ...(kind === "ConfigMap" ? { namespace: name } : {}), labels: { mark: "x" } },
});

/** Holds an engine's bundle to the plain run, through its own webhook: first as it is delivered, then with every control in force. */
export async function testFront(front: WebhookFront): Promise<void> {
  const { expectedWarning, known, parts, said, target } = front;
  const bundle = await bundleOf(target, { stage: "enforce" });
  const markings = compiledControls("test/fixtures/rollout").filter(({ id }) => id === "marked-objects");
  const placed = await emittedObjects(target, markings, {
    placements: [{ stage: "audit" }, { stage: "warn", namespaces: ["team-*"] }, { stage: "enforce", namespaces: ["shop", "prod-*"] }],
    exemptions: [{ namespaces: ["team-old", "*-dev"], reason: "a test" }],
  });

  const live = liveCluster(async (cluster) => {
    const { client, processes } = cluster;
    const { cases } = await liveCases(client, bundle.controls);
    const running = [podOf("bad", [container("app", true)]), podOf("good", [container("app", false)]), podOf("leaving", [container("app", true)]), deploymentOf("bad", true)];
    await makeNamespaces(client, [...running, ...["team-a", "team-old", "prod-a", "prod-dev"].map((name) => podOf("", [], { namespace: name }))]);
    for (const object of running) expect((await client.create(object)).status).toBe(201);
    await front.start(cluster);

    const delivered: { readonly applied: readonly string[]; readonly said: readonly string[] }[] = [];
    for (const { folder, holds } of parts) {
      delivered.push(await kubectlApply(cluster, join(root, "golden", target, folder)));
      await known(cluster, bundle.objects.filter(holds));
    }
    for (const objects of [bundle.objects, placed]) {
      for (const { holds } of parts) {
        const part = objects.filter(holds);
        await until("the kinds of the policies", async () => (await Promise.all(part.map((object) => client.collectionOf(object))), true), processes);
        await applyAll(cluster, part, expectedWarning);
        await known(cluster, part);
      }
    }
    const judged = cases.filter((asked) => !isOutOfReach(asked));
    await inForce(cluster, front, bundle, judged);
    return { cases: judged, delivered };
  });

  it("is accepted by kubectl with strict validation, every object and without a warning", () => {
    const { delivered } = live().prepared;
    expect(delivered.flatMap((part) => part.said).filter((line) => expectedWarning?.test(line) !== true)).toEqual([]);
    expect(delivered.flatMap(({ applied }) => applied).length).toBe(bundle.objects.length);
  });

  it("refuses the own objects of the controls for what the plain run finds in them, and no others", async () => {
    const outcomes = await each(live().prepared.cases, async (asked) => compared(front, bundle, asked, asked.seen, await ask(live().client, asked)));
    expect(outcomes.flatMap(({ wrong }) => wrong).slice(0, 10)).toEqual([]);
    expect(outcomes.reduce((sum, { found }) => sum + found, 0)).toBeGreaterThan(outcomes.length);
  });

  it("lets an object that runs already be labelled, scaled and deleted, but not be changed where a control reads", async () => {
    const { client } = live();
    const allowed = [
      await client.patch(podOf("bad", []), { metadata: { labels: { seen: "yes" } } }),
      await client.patch(deploymentOf("bad", true), { spec: { replicas: 3 } }),
      await client.remove(podOf("leaving", [])),
    ];
    expect(allowed.map(({ body, status }) => (status === 200 ? "" : body.message))).toEqual(["", "", ""]);
    const image = { spec: { containers: [{ name: "app", image: "registry.k8s.io/pause:3.11" }] } };
    const refused = [await client.patch(podOf("bad", []), image), await client.patch(deploymentOf("bad", true), { spec: { template: image } })];
    expect(refused.map((answer) => said(answer).denied.get("privileged-containers"))).toEqual(["", "spec.template."].map((pod) => `${pod}spec.containers[0].securityContext.privileged: container app is privileged`));
  });

  it("judges debug containers that join a Pod, and them alone where the others are as they were", async () => {
    const { client } = live();
    const answer = await client.patch(podOf("good", []), { spec: { ephemeralContainers: [container("debugger", true)] } }, { dryRun: true, subresource: "ephemeralcontainers" });
    expect(said(answer).denied.get("privileged-containers")).toBe("spec.ephemeralContainers[0].securityContext.privileged: container debugger is privileged");
  });

  it("goes as far in each namespace as the target says, for what is in it and for the Namespace itself", async () => {
    const { client } = live();
    const texts = (by: ReadonlyMap<string, string>): readonly string[] => [...by].filter(([policy]) => policy.startsWith("marked-objects")).map(([, text]) => text);
    const seen = (answer: ApiAnswer): readonly string[] => [...texts(said(answer).denied).map((text) => `refuses: ${text}`), ...texts(said(answer).warned).map((text) => `warns: ${text}`)];
    const found = await each(["default", "shop", "team-a", "team-old", "prod-a", "prod-dev"], async (name) => {
      const old = (await client.get(`/api/v1/namespaces/${name}`)).body;
      return [name, seen(await client.create(marked("ConfigMap", name), { dryRun: true })), seen(await ask(client, { sent: marked("Namespace", name), old }))];
    });
    expect(found).toEqual([
      ["default", [], []],
      ["shop", ["refuses: metadata.labels.mark: is marked"], ["refuses: metadata.labels.mark: is marked"]],
      ["team-a", ["warns: metadata.labels.mark: is marked"], ["warns: metadata.labels.mark: is marked"]],
      ["team-old", [], []],
      ["prod-a", ["refuses: metadata.labels.mark: is marked"], ["refuses: metadata.labels.mark: is marked"]],
      ["prod-dev", [], []],
    ]);
    expect((await client.create(marked("ClusterRole", "all"), { dryRun: true })).status).toBe(201);
  });

  it("finds in a Pod of 500 containers and 200 KB what the plain run finds", async () => {
    const sent = hugePod("huge");
    const { found, wrong } = compared(front, bundle, { about: "huge", sent }, sent, await live().client.create(sent, { dryRun: true }));
    expect(wrong).toEqual([]);
    expect(found).toBeGreaterThan(10);
  });
}

/** Where a refusal and the plain run differ, control by control, and how many controls found something. */
function compared({ said, tellsFindings }: WebhookFront, { controls, expected }: Bundle, asked: LiveCase, seen: ApiObject, answer: ApiAnswer): { readonly wrong: readonly string[]; readonly found: number } {
  const { denied } = said(answer);
  if (answer.status >= 300 && denied.size === 0) return { wrong: [`${asked.about}: ${answer.status} ${answer.body.message}`], found: 0 };
  const wrong = controls.flatMap((control) => {
    const message = denied.get(control.id);
    const differs = difference({ policy: control.id, allowed: message === undefined, cost: 0, ...(message === undefined ? {} : { message }) }, [...new Set(expected(control, requestOf(asked, seen)).map((text) => (tellsFindings ? text : text.replace(/ \([a-z]\)$/, ""))))]);
    return differs === undefined ? [] : [`${control.id} of ${asked.about}: ${differs}`];
  });
  const strangers = [...denied.keys()].filter((policy) => !controls.some(({ id }) => id === policy));
  return { wrong: [...wrong, ...strangers.map((policy) => `${asked.about} is refused by ${policy}`)], found: denied.size };
}

/** Waits until every control refuses the first of its objects that it should. What they say of the others, tests ask. */
async function inForce({ client, processes }: Cluster, { said }: WebhookFront, { controls, expected, objects }: Bundle, cases: readonly (LiveCase & { readonly seen: ApiObject })[]): Promise<void> {
  const emitted = new Set(objects.map(controlOf));
  const waiting = new Map(controls.filter(({ id }) => emitted.has(id)).flatMap((control) => {
    const found = cases.find((asked) => expected(control, requestOf(asked, asked.seen)).length > 0);
    return found === undefined ? [] : [[control.id, found] as const];
  }));
  await until("every control refuses something", async () => {
    for (const [id, asked] of waiting) {
      const answer = await ask(client, asked);
      if (!said(answer).denied.has(id)) throw new Error(`${id} lets ${asked.about} pass: ${answer.status} ${answer.body.message ?? ""}`);
      waiting.delete(id);
    }
    return true;
  }, processes);
}
