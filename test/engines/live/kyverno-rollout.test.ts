import { isDeepStrictEqual } from "node:util";
import { expect, it } from "vitest";
import { bundleOf } from "./bundle.ts";
import type { ApiClient, ApiObject } from "../../../src/verify/live/client.ts";
import { applyAll } from "../../../src/verify/live/in-force.ts";
import { startKyverno } from "./kyverno.ts";
import { liveCluster } from "./live-cluster.ts";
import { container, podOf } from "./pods.ts";
import { until } from "../../../src/verify/live/process.ts";

const controls = ["privileged-containers", "pod-security-labels"];
const bundle = await bundleOf("kyverno", {
  stage: "audit",
  select: { controls },
  stages: [
    { stage: "warn", controls, namespaces: ["team-*"] },
    { stage: "enforce", controls, namespaces: ["shop", "team-strict"] },
  ],
  exemptions: [{ controls, namespaces: ["team-old", "*-dev"], reason: "a test", expires: "2999-12-31" }],
});

/** How far the target goes in each namespace. */
const expected = { default: "", shop: "denied", "team-a": "warned", "team-strict": "denied", "team-old": "", "team-dev": "", "shop-dev": "" };
const names = Object.keys(expected);

const live = liveCluster(async (cluster) => {
  await startKyverno(cluster);
  for (const name of names.filter((each) => each !== "default")) expect((await cluster.client.create(namespaceOf(name))).status).toBe(201);
  await applyAll(cluster, bundle.objects);
  // Its controllers learn of policies and of exceptions apart from one another, and then tell the API server.
  const inForce = async (): Promise<true | undefined> => ((await Promise.all([badPod, namespaceOf].map((object) => shownBy(cluster.client, object)))).every((shown) => isDeepStrictEqual(shown, expected)) ? true : undefined);
  // What is still amiss after that time the tests show.
  await until("every policy and exception is in force", inForce, cluster.processes, 120).catch(() => undefined);
});

const badPod = (namespace: string): ApiObject => podOf("web", [container("app", true)], { namespace });
const namespaceOf = (name: string): ApiObject => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } });

/** What the API server answers for an object in, or of, each namespace. Namespaces that are there already are refused for that alone. */
async function shownBy({ create }: Pick<ApiClient, "create">, object: (name: string) => ApiObject): Promise<Readonly<Record<string, string>>> {
  const entries = await Promise.all(
    names.map(async (name) => {
      const { body, warnings } = await create(object(name), { dryRun: true });
      const said = (text: string | undefined): boolean => /Policy (?:privileged-containers|pod-security-labels)[a-z.]* failed/.test(text ?? "");
      return [name, said(body.message) ? "denied" : warnings.some(said) ? "warned" : ""] as const;
    }),
  );
  return Object.fromEntries(entries);
}

it("has Kyverno go as far with the pods of each namespace as the target says, and no further where an exception holds", async () => {
  expect(await shownBy(live().client, badPod)).toEqual(expected);
});

it("has Kyverno take a Namespace for its own namespace", async () => {
  expect(await shownBy(live().client, namespaceOf)).toEqual(expected);
});
