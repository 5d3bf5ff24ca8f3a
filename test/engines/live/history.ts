import type { CompiledControl } from "../../../src/backends/backend.ts";
import { expectedTexts, difference } from "../../../src/verify/comparison.ts";
import { compiledControls } from "../admission/policies.ts";
import type { ApiAnswer, ApiClient, ApiObject, RequestOptions } from "../../../src/verify/live/client.ts";
import { container, podOf } from "./pods.ts";

/** A control that reads who asks, what is asked, the object before and the labels of its namespace. */
export function historyControl(): CompiledControl {
  const control = compiledControls("test/fixtures/rego").find(({ id }) => id === "history");
  if (control === undefined) throw new Error("there is no control history");
  return control;
}

/** Where the control is in force: the namespace that `prepareHistory` makes. */
export const historyRollout = { placements: [{ stage: "enforce", namespaces: ["history"] }], exemptions: [] } as const;

const pod = (app: string, note: string, name = "running"): ApiObject => podOf(name, [container("app", false)], { namespace: "history", labels: { app }, annotations: { note } });

/** Makes the namespace and a Pod in it, before any policy is there. */
export async function prepareHistory(client: ApiClient): Promise<void> {
  const namespace: ApiObject = { apiVersion: "v1", kind: "Namespace", metadata: { name: "history", labels: { strict: "true" } } };
  for (const object of [namespace, pod("web", "first")]) {
    const { body, status } = await client.create(object);
    if (status !== 201) throw new Error(body.message);
  }
}

const users: readonly NonNullable<RequestOptions["as"]>[] = [
  { name: "ann", groups: ["f"] },
  { name: "bob", groups: ["f", "g"] },
  { name: "system:serviceaccount:shop:deployer", groups: ["system:serviceaccounts", "system:serviceaccounts:shop"] },
];

/**
 * Asks as several users for a new Pod, for updates of labels and of annotations, and for one that changes nothing. Gives where the
 * control's refusal, which `textOf` finds in an answer, differs from the plain run.
 */
export async function historyDifferences(client: ApiClient, control: CompiledControl, textOf: (answer: ApiAnswer) => string | undefined): Promise<readonly string[]> {
  const old = (await client.get("/api/v1/namespaces/history/pods/running")).body;
  const namespace = (await client.get("/api/v1/namespaces/history")).body;
  const wrong: string[] = [];
  for (const as of users) {
    const user = { username: as.name, groups: [...(as.groups ?? []), "system:authenticated"] };
    const note = (about: string, answer: ApiAnswer, expected: readonly string[]): void => {
      const message = textOf(answer);
      const differs = message === undefined && answer.status >= 300 ? String(answer.body.message) : difference({ allowed: message === undefined, ...(message === undefined ? {} : { message }) }, expected);
      if (differs !== undefined) wrong.push(`${as.name}, ${about}: ${differs}`);
    };
    const created = pod("web", "first", "other");
    note("a new Pod", await client.create(created, { dryRun: true, as }), expectedTexts(control, { object: created, operation: "CREATE", user, namespace }));
    for (const [about, app, text] of [["another label", "api", "first"], ["another annotation", "web", "second"]] as const) {
      const object = { ...pod(app, text), spec: old["spec"] };
      note(about, await client.update(object, { dryRun: true, as }), expectedTexts(control, { object, oldObject: old, operation: "UPDATE", user, namespace }));
    }
    note("no change", await client.update({ ...pod("web", "first"), spec: old["spec"] }, { dryRun: true, as }), []);
  }
  return wrong;
}
