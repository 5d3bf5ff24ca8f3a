import { join } from "node:path";
import { expect, it } from "vitest";
import { difference } from "../../../src/verify/comparison.ts";
import { bundleOf, root } from "./bundle.ts";
import type { ApiObject } from "../../../src/verify/live/client.ts";
import { applyAll, policiesInForce } from "../../../src/verify/live/in-force.ts";
import { derivedObjects } from "./derived-objects.ts";
import { kubectlApply } from "./kubectl.ts";
import { liveCluster } from "./live-cluster.ts";
import { ask, each, type LiveCase, liveCases, requestOf } from "../../../src/verify/live/own-cases.ts";
import { hugePod } from "./pods.ts";
import { startTypeChecker, typeWarnings } from "./type-checker.ts";

const bundle = await bundleOf("kubernetes");

/** The golden bundle as it is delivered, at the stage audit, applied by kubectl. */
const live = liveCluster(async (cluster) => {
  const { cases, refused } = await liveCases(cluster.client, bundle.controls, derivedObjects);
  const delivered = await kubectlApply(cluster, join(root, "golden/kubernetes"));
  await policiesInForce(cluster);
  await startTypeChecker(cluster);
  return { cases, delivered, refused };
});

/** Asks for an object, which no policy may refuse, and gives where the audit log and the plain run differ, and how much was found. */
async function audited(asked: LiveCase): Promise<{ readonly wrong: readonly string[]; readonly found: number }> {
  const { audit, client } = live();
  const { auditId, body, status } = await ask(client, asked);
  if (status >= 300) return { wrong: [`${asked.about}: ${body.message}`], found: 0 };
  const failures = await audit.failuresOf(auditId);
  const wrong = bundle.controls.flatMap((control) => {
    const failure = failures.find(({ policy }) => policy === `${control.id}.portcullis.dev`);
    const verdict = { policy: control.id, allowed: failure === undefined, cost: 0, ...(failure === undefined ? {} : { message: failure.message }) };
    const differs = difference(verdict, bundle.expected(control, requestOf(asked, body)));
    return differs === undefined ? [] : [`${control.id} of ${asked.about}: ${differs}`];
  });
  return { wrong, found: failures.length };
}

it("is accepted by kubectl with strict validation, every object and without a warning", () => {
  const { applied, said } = live().prepared.delivered;
  expect(said).toEqual([]);
  expect(applied.length).toBe(bundle.objects.length);
});

it("would not be accepted with a field that the API server does not know", async () => {
  for (const object of [bundle.objects[0], bundle.objects.at(-1)] as readonly ApiObject[]) {
    const { body, status } = await live().client.apply({ ...object, spec: { ...(object["spec"] as object), misspelt: true } }, { dryRun: true, fieldValidation: "Strict" });
    expect(body.message).toContain("misspelt");
    expect(status).toBeGreaterThanOrEqual(400);
  }
});

it("has nothing that the type checker warns of", async () => {
  const policies = bundle.objects.filter(({ kind }) => kind === "ValidatingAdmissionPolicy");
  expect(policies.length).toBe(bundle.controls.length);
  expect(await typeWarnings(live(), policies)).toEqual([]);
});

it("has a type checker that warns of a field which no type has", async () => {
  const misspelt: ApiObject = { apiVersion: "admissionregistration.k8s.io/v1", kind: "ValidatingAdmissionPolicy", metadata: { name: "misspelt.portcullis.test" }, spec: { matchConstraints: { resourceRules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] }] }, validations: [{ expression: "object.spec.hostNetwrk == true" }] } };
  await applyAll(live(), [misspelt]);
  expect(await typeWarnings(live(), [misspelt])).toEqual([expect.stringContaining("hostNetwrk")]);
});

it("lets every own and derived object of every control pass, and writes each violation that the plain run finds into the audit log", async () => {
  const { cases } = live().prepared;
  const outcomes = await each(cases, audited);
  expect(outcomes.flatMap(({ wrong }) => wrong)).toEqual([]);
  expect(outcomes.reduce((sum, { found }) => sum + found, 0)).toBeGreaterThan(cases.length);
});

it("finds in a Pod of 500 containers and 200 KB what the plain run finds", async () => {
  const sent = hugePod("huge");
  expect(Buffer.byteLength(JSON.stringify(sent))).toBeGreaterThan(200_000);
  const { found, wrong } = await audited({ about: "huge", sent });
  expect(wrong).toEqual([]);
  expect(found).toBeGreaterThan(10);
});

it("sees nearly all own objects of the controls, and most derived ones: only validation refuses some before any policy is asked", () => {
  const { cases, refused } = live().prepared;
  // One Service no other than the API server can make, and it has made it.
  const made = 'services "kubernetes" already exists';
  expect(refused.filter(({ about, reason, status }) => status !== 422 && reason !== made && !about.includes(" derived-"))).toEqual([]);
  const [own, derived] = [false, true].map((wanted) => [cases, refused].map((list) => list.filter(({ about }) => about.includes(" derived-") === wanted).length)) as [[number, number], [number, number]];
  expect(own[0]).toBeGreaterThan(15 * own[1]);
  // Many have a part at an edge of what its schema takes, which validation is stricter about.
  expect(derived[0]).toBeGreaterThan(150);
  expect(derived[0]).toBeGreaterThan(derived[1]);
});
