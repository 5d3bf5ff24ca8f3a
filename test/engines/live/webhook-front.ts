import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { isUnasked } from "../../../src/backends/admission/unasked-kinds.ts";
import { difference } from "../../../src/verify/comparison.ts";
import { compiledControls } from "../admission/policies.ts";
import { type Bundle, bundleOf, emittedObjects, root } from "./bundle.ts";
import type { ApiAnswer, ApiObject } from "../../../src/verify/live/client.ts";
import type { Cluster } from "./cluster.ts";
import { derivedObjects } from "./derived-objects.ts";
import { historyControl, historyDifferences, historyRollout, prepareHistory } from "./history.ts";
import { applyAll } from "../../../src/verify/live/in-force.ts";
import { kubectlApply } from "./kubectl.ts";
import { liveCluster } from "./live-cluster.ts";
import { ask, each, type LiveCase, liveCases, makeNamespaces, requestOf } from "../../../src/verify/live/own-cases.ts";
import { container, deploymentOf, encryptedNodes, hugePod, podOf, settledIn, soundPodOf } from "./pods.ts";
import { among } from "./surroundings.ts";
import { until } from "../../../src/verify/live/process.ts";
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
  /** Whether the engine's own configuration leaves an object out, whatever the policies say. */
  readonly isLeftOut: (object: ApiObject) => boolean;
  /** Whether a refusal names every control. Where it does not, the warnings do. */
  readonly refusesWithAll: boolean;
  /** How many containers a Pod may have for the engine to judge it at all. */
  readonly mostContainers: number;
  /** What the engine says when its policies are applied, though nothing is wrong. */
  readonly expectedWarning?: RegExp;
}

const strict = Object.fromEntries(["enforce", "audit", "warn"].flatMap((mode) => [[`pod-security.kubernetes.io/${mode}`, "restricted"], [`pod-security.kubernetes.io/${mode}-version`, "v1.37"]]));

const labelled = (kind: "Namespace" | "ConfigMap" | "ClusterRole", name: string, labels: Readonly<Record<string, string>>): ApiObject => ({
  apiVersion: kind === "ClusterRole" ? "rbac.authorization.k8s.io/v1" : "v1",
  kind,
  metadata: { name: kind === "ConfigMap" ? "settings" : name, ...(kind === "ConfigMap" ? { namespace: name } : {}), labels: { ...(kind === "Namespace" ? strict : {}), ...labels } },
});

/** The namespaces in which a target goes differently far. */
const places = ["default", "shop", "team-a", "team-old", "prod-a", "prod-dev"];

/** Holds an engine's bundle to the plain run, through its own webhook: first as it is delivered, then with every control in force. */
export async function testFront(front: WebhookFront): Promise<void> {
  const { expectedWarning, isLeftOut, known, parts, said, target } = front;
  const bundle = await bundleOf(target, { stage: "enforce" });
  const warning = front.refusesWithAll ? undefined : await bundleOf(target, { stage: "warn" });
  const placed = await emittedObjects(target, compiledControls("test/fixtures/rollout").filter(({ id }) => id === "marked-objects"), {
    placements: [{ stage: "audit" }, { stage: "warn", namespaces: ["team-*"] }, { stage: "enforce", namespaces: ["shop", "prod-*"] }],
    exemptions: [{ namespaces: ["team-old", "*-dev"], reason: "a test" }],
  });

  const history = historyControl();
  const remembering = await emittedObjects(target, [history], historyRollout);

  const live = liveCluster(async (cluster) => {
    const { client } = cluster;
    await prepareHistory(client);
    const all = (await liveCases(client, bundle.controls, derivedObjects)).cases.filter(({ sent }) => !isLeftOut(sent));
    const cases = all.filter(({ sent }) => !isUnasked(sent));
    const unasked = all.filter(({ sent }) => isUnasked(sent));
    const running = [podOf("bad", [container("app", true)]), soundPodOf("good"), podOf("leaving", [container("app", true)]), deploymentOf("bad", true)];
    await makeNamespaces(client, [...running, ...places.map((name) => podOf("", [], { namespace: name }))]);
    // What was there before is nothing that the controls who look around a Namespace find wanting.
    for (const object of [...running, encryptedNodes, ...places.flatMap(settledIn)]) expect((await client.create(object)).status).toBe(201);
    await front.start(cluster);

    const delivered: { readonly applied: readonly string[]; readonly said: readonly string[] }[] = [];
    for (const { folder, holds } of parts) {
      delivered.push(await kubectlApply(cluster, join(root, "golden", target, folder)));
      await known(cluster, bundle.objects.filter(holds));
    }
    // As a whole it takes a cluster that knows the kinds already (docs/decisions/007).
    delivered.push(...(parts.length === 1 ? [] : [await kubectlApply(cluster, join(root, "golden", target))]));
    const putInForce = async (objects: readonly ApiObject[]): Promise<void> => {
      for (const { holds } of parts) {
        const part = objects.filter(holds);
        await until("the kinds of the policies", async () => (await Promise.all(part.map((object) => client.collectionOf(object))), true), cluster.processes);
        await applyAll(cluster, part, expectedWarning);
        await known(cluster, part);
      }
    };
    await putInForce([...placed, ...remembering]);
    // While the library only audits, so that no other control refuses first. Engines name what belongs to a stage after it.
    const forgotten = await until("the control of history is in force", async () => {
      const wrong = await historyDifferences(client, history, (answer) => [...said(answer).denied].find(([policy]) => policy.startsWith(history.id))?.[1]);
      if (wrong.length > 0) throw new Error(wrong.join("\n"));
      return wrong;
    }, cluster.processes, 30).catch((error: unknown) => [String(error)]);
    const warned: (typeof cases[number] & { readonly answer: ApiAnswer })[] = [];
    if (warning !== undefined) {
      await putInForce(warning.objects);
      await inForce(cluster, await among(bundle, client), cases, (answer) => said(answer).warned);
      warned.push(...(await each(cases, async (asked) => ({ ...asked, answer: await ask(client, asked) }))));
    }
    await putInForce(bundle.objects);
    const surrounded = await among(bundle, client);
    await inForce(cluster, surrounded, cases, front.refusesWithAll ? (answer) => said(answer).denied : undefined);
    return { cases, delivered, forgotten, surrounded, unasked, warned };
  });

  it("is accepted by kubectl with strict validation, every object and without a warning", () => {
    const { delivered } = live().prepared;
    expect(delivered.flatMap((part) => part.said).filter((line) => expectedWarning?.test(line) !== true)).toEqual([]);
    const names = new Set(delivered.flatMap(({ applied }) => applied).map((line) => line.split(" ")[0]));
    expect(names.size).toBe(bundle.objects.length);
    if (parts.length > 1) expect(delivered.at(-1)?.applied.length).toBe(bundle.objects.length);
  });

  it("would not be accepted with a field that the engine does not know", async () => {
    for (const { holds } of parts) {
      const object = bundle.objects.find(holds);
      if (object === undefined) throw new Error("a part holds nothing");
      const { body, status } = await live().client.apply({ ...object, spec: { ...(object["spec"] as object), misspelt: true } }, { dryRun: true, fieldValidation: "Strict" });
      expect({ kind: object.kind, status, message: body.message }).toEqual({ kind: object.kind, status: expect.any(Number) as number, message: expect.stringContaining("misspelt") as string });
      expect(status).toBeGreaterThanOrEqual(400);
    }
  });

  it("refuses the own and derived objects of the controls for what the plain run finds in them, and no others", async () => {
    const outcomes = await each(live().prepared.cases, async (asked) => refusal(front, live().prepared.surrounded, asked, asked.seen, await ask(live().client, asked)));
    expect(outcomes.flatMap(({ wrong }) => wrong).slice(0, 10)).toEqual([]);
    expect(outcomes.reduce((sum, { found }) => sum + found, 0)).toBeGreaterThan(100);
  });

  it("is asked about no configuration of admission, as the capability report says: there it speaks in audits and scans alone", async () => {
    const { surrounded, unasked } = live().prepared;
    const answers = await each(unasked, async (asked) => ({ answer: await ask(live().client, asked), bad: bundle.controls.filter((control) => surrounded.expected(control, requestOf(asked, asked.seen)).length > 0) }));
    expect(answers.filter(({ bad }) => bad.length > 0).length).toBeGreaterThan(0);
    expect(answers.map(({ answer }) => [answer.status < 300, said(answer).denied.size, said(answer).warned.size])).toEqual(answers.map(() => [true, 0, 0]));
    expect(readFileSync(join(root, "golden", target, "CAPABILITIES.md"), "utf8")).toContain("asks no webhook about ValidatingWebhookConfiguration, MutatingWebhookConfiguration");
  });

  if (warning !== undefined) it("warns of everything that the plain run finds in the own and derived objects of the controls, at the stage warn", () => {
    const { surrounded, warned } = live().prepared;
    expect(warned.filter(({ answer }) => answer.status >= 300).map(({ about, answer }) => `${about}: ${answer.body.message}`)).toEqual([]);
    const outcomes = warned.map((asked) => compared(surrounded, asked, asked.seen, said(asked.answer).warned, cutOf(asked.answer)));
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
    expect(refused.map((answer) => said(answer).denied.size > 0)).toEqual([true, true]);
  });

  it("judges debug containers that join a Pod", async () => {
    const { cases } = live().prepared;
    const joining = cases.filter(({ subresource }) => subresource !== undefined);
    expect(joining.length).toBeGreaterThan(5);
    const answer = await live().client.patch(podOf("good", []), { spec: { ephemeralContainers: [container("debugger", true)] } }, { dryRun: true, subresource: "ephemeralcontainers" });
    expect([...said(answer).denied.values()].join("; ")).toContain("spec.ephemeralContainers[0].securityContext.");
  });

  it("goes as far in each namespace as the target says, for what is in it and for the Namespace itself", async () => {
    const { client } = live();
    const seen = (answer: ApiAnswer): readonly string[] => [
      ...[...said(answer).denied].map(([policy, text]) => `${policy} refuses: ${text}`),
      ...[...said(answer).warned].map(([policy, text]) => `${policy} warns: ${text}`),
      ...(answer.status >= 300 && said(answer).denied.size === 0 ? [String(answer.body.message)] : []),
    ].map((text) => text.replace(/^marked-objects\S*/, "it"));
    const found = await each(places, async (name) => {
      const old = (await client.get(`/api/v1/namespaces/${name}`)).body;
      const both = async (labels: Readonly<Record<string, string>>) => [seen(await client.create(labelled("ConfigMap", name, labels), { dryRun: true })), seen(await ask(client, { sent: labelled("Namespace", name, labels), old }))];
      expect(await both({}), name).toEqual([[], []]);
      return [name, ...(await both({ mark: "x" })).flat()];
    });
    expect(found).toEqual([
      ["default"],
      ["shop", "it refuses: metadata.labels.mark: is marked", "it refuses: metadata.labels.mark: is marked"],
      ["team-a", "it warns: metadata.labels.mark: is marked", "it warns: metadata.labels.mark: is marked"],
      ["team-old"],
      ["prod-a", "it refuses: metadata.labels.mark: is marked", "it refuses: metadata.labels.mark: is marked"],
      ["prod-dev"],
    ]);
    expect(seen(await client.create(labelled("ClusterRole", "all", { mark: "x" }), { dryRun: true }))).toEqual([]);
  });

  it("knows who asks, the labels of the namespace, and the object before an update", () => {
    expect(live().prepared.forgotten).toEqual([]);
  });

  it(`finds in a Pod of ${front.mostContainers} containers what the plain run finds`, async () => {
    const sent = hugePod("huge", front.mostContainers);
    const { found, wrong } = refusal(front, await among(bundle, live().client), { about: "huge", sent }, sent, await live().client.create(sent, { dryRun: true }));
    expect(wrong).toEqual([]);
    expect(found).toBeGreaterThan(front.refusesWithAll ? 10 : 0);
  });

  it("lets no Pod of 500 containers and 200 KB pass that breaks everything", async () => {
    const { status } = await live().client.create(hugePod("huge"), { dryRun: true });
    expect(status).toBeGreaterThanOrEqual(400);
  });
}

interface Outcome {
  readonly wrong: readonly string[];
  /** How many controls found something. */
  readonly found: number;
}

/** Where an answer and the plain run differ. */
function refusal(front: WebhookFront, bundle: Bundle, asked: LiveCase, seen: ApiObject, answer: ApiAnswer): Outcome {
  const { denied } = front.said(answer);
  if (answer.status >= 300 && denied.size === 0) return { wrong: [`${asked.about}: ${answer.status} ${answer.body.message}`], found: 0 };
  if (front.refusesWithAll || denied.size === 0) return compared(bundle, asked, seen, denied);
  const told = { ...bundle, controls: bundle.controls.filter(({ id }) => denied.has(id)) };
  return compared(told, asked, seen, denied);
}

/** Whether warnings were cut short, and whether those after them are lost. */
interface Cut {
  readonly some: boolean;
  readonly rest: boolean;
}

/** The API server cuts each warning of an answer to 256 characters where they come to more than 4096, and adds none once those do (filters/warning.go). */
function cutOf({ warnings }: ApiAnswer): Cut {
  const lengths = warnings.map((text) => Array.from(text).length);
  return { some: lengths.includes(256), rest: lengths.reduce((sum, length) => sum + length, 0) >= 4096 };
}

/** Where what an engine says and what the plain run finds differ, control by control. */
function compared({ controls, expected }: Bundle, asked: LiveCase, seen: ApiObject, texts: ReadonlyMap<string, string>, cut: Cut = { some: false, rest: false }): Outcome {
  const wrong = controls.flatMap((control) => {
    const found = [...new Set(expected(control, requestOf(asked, seen)))];
    const message = texts.get(control.id);
    if (cut.rest && message === undefined) return [];
    if (cut.some && message !== undefined && found.some((text) => text.startsWith(message.slice(0, 40)))) return [];
    const differs = difference({ allowed: message === undefined, ...(message === undefined ? {} : { message }) }, found);
    return differs === undefined ? [] : [`${control.id} of ${asked.about}: ${differs}`];
  });
  const strangers = [...texts.keys()].filter((policy) => !controls.some(({ id }) => id === policy));
  return { wrong: [...wrong, ...strangers.map((policy) => `${policy} of ${asked.about}: is no control`)], found: texts.size };
}

/**
 * Waits until every control says something of the first of its objects that it should, or until each of those objects is refused
 * where no texts are asked for. What they say of the others, tests ask.
 */
async function inForce({ client, processes }: Cluster, { controls, expected }: Bundle, cases: readonly (LiveCase & { readonly seen: ApiObject })[], textsOf?: (answer: ApiAnswer) => ReadonlyMap<string, string>): Promise<void> {
  const waiting = new Map(controls.flatMap((control) => {
    const found = cases.find((asked) => expected(control, requestOf(asked, asked.seen)).length > 0);
    return found === undefined ? [] : [[control.id, found] as const];
  }));
  await until("every control says something", async () => {
    for (const [id, asked] of waiting) {
      const answer = await ask(client, asked);
      if (textsOf === undefined ? answer.status < 300 : !textsOf(answer).has(id)) throw new Error(`${id} lets ${asked.about} pass: ${answer.status} ${answer.body.message ?? ""}`);
      waiting.delete(id);
    }
    return true;
  }, processes);
}
