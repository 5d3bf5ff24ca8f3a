import { expect, it } from "vitest";
import { bundleOf } from "./bundle.ts";
import type { ApiAnswer, ApiObject } from "../../../src/verify/live/client.ts";
import { denialOf } from "./denials.ts";
import { applyAll, policiesInForce } from "../../../src/verify/live/in-force.ts";
import { liveCluster } from "./live-cluster.ts";
import { podOf } from "./pods.ts";
import { until } from "../../../src/verify/live/process.ts";

const bundle = await bundleOf("kubernetes", { stage: "enforce", select: { controls: ["allowed-registries"] }, kubernetes: { parameters: "configMap", namespace: "rules" } });
const configMap = bundle.objects.find(({ kind }) => kind === "ConfigMap");
if (configMap === undefined) throw new Error("the bundle has no ConfigMap");

const live = liveCluster(async (cluster) => {
  for (const name of ["rules", "shop"]) expect((await cluster.client.create({ apiVersion: "v1", kind: "Namespace", metadata: { name } })).status).toBe(201);
  await applyAll(cluster, bundle.objects);
  await policiesInForce(cluster);
});

/** What the API server says to a Pod of an image, once that has changed to what is expected. */
async function verdictOnce(image: string, isExpected: (answer: ApiAnswer) => boolean): Promise<string> {
  const { client, processes } = live();
  const asked: ApiObject = podOf("web", [{ name: "web", image }]);
  const answer = await until(`another verdict on ${image}`, async () => {
    const given = await client.create(asked, { dryRun: true });
    if (!isExpected(given)) throw new Error(`${given.status} ${given.body.message ?? ""}`);
    return given;
  }, processes, 20);
  return denialOf(answer)?.message ?? answer.body.message ?? "";
}

const isGranted = ({ status }: ApiAnswer): boolean => status === 201;
const says = (text: string) => ({ body }: ApiAnswer): boolean => body.message?.includes(text) === true;

it("heeds a ConfigMap of parameters as it changes, and refuses everything that it could not judge by it", async () => {
  const { client } = live();
  const stranger = "spec.containers[0].image: container web runs ghcr.io/team/web:1, which is from no allowed registry";
  expect(await verdictOnce("ghcr.io/team/web:1", says("no allowed registry"))).toBe(stranger);
  expect(await verdictOnce("registry.k8s.io/pause:3.10", isGranted)).toBe("");

  expect((await client.apply({ ...configMap, data: { registries: "\n  ghcr.io/team \nregistry.example.com\n", defaultRegistry: "docker.io" } })).status).toBe(200);
  expect(await verdictOnce("ghcr.io/team/web:1", isGranted)).toBe("");
  expect(await verdictOnce("registry.k8s.io/pause:3.10", says("no allowed registry"))).toContain("container web runs registry.k8s.io/pause:3.10");

  expect((await client.apply({ ...configMap, data: { defaultRegistry: "docker.io" } })).status).toBe(200);
  expect(await verdictOnce("ghcr.io/team/web:1", says("ConfigMap"))).toMatch(/^The ConfigMap rules\/allowed-registries .*registries/);

  expect((await client.remove(configMap)).status).toBe(200);
  expect(await verdictOnce("ghcr.io/team/web:1", says("no params found"))).toContain("no params found for policy binding with `Deny` parameterNotFoundAction");

  await applyAll(live(), [configMap]);
  expect(await verdictOnce("registry.k8s.io/pause:3.10", isGranted)).toBe("");
});
