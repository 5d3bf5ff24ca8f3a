import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { judge } from "portcullis/testing";
import { expect, it } from "vitest";
import { newestMinor } from "../../src/kubernetes/minors.ts";
import { standardControls } from "../policies.ts";
import { go } from "./engine.ts";

/** In which minor the API server stops serving a version of a kind, as the types of Kubernetes themselves say: by group, version and kind. */
async function lifecycles(): Promise<ReadonlyMap<string, number>> {
  const { Dir: folder } = JSON.parse(await go(".", ["mod", "download", "-json", `k8s.io/api@v0.${newestMinor}.2`])) as { readonly Dir: string };
  const found = new Map<string, number>();
  for (const group of readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory())) {
    for (const version of readdirSync(join(folder, group.name)).filter((name) => /^v\d/.test(name))) {
      const files = readdirSync(join(folder, group.name, version)).filter((name) => name === "zz_generated.prerelease-lifecycle.go");
      for (const file of files) {
        const text = readFileSync(join(folder, group.name, version, file), "utf8");
        for (const [, kind = "", minor] of text.matchAll(/func \(in \*(\w+)\) APILifecycleRemoved\(\)[^}]*return 1, (\d+)/g)) found.set(`${group.name}/${version}/${kind}`, Number(minor));
      }
    }
  }
  return found;
}

it("removes each API version in the minor that Kubernetes' own types say", async () => {
  const control = (await standardControls()).find(({ id }) => id === "removed-api-versions")?.control;
  if (control === undefined) throw new Error("there is no control of removed API versions");
  const known = await lifecycles();
  const told = control.match.kinds.map((name) => {
    const [group = "", version = "", kind = ""] = name.split("/");
    const removed = known.get(`${group.split(".")[0] === "rbac" ? "rbac" : (group.split(".")[0] ?? "")}/${version}/${kind}`);
    const findingIn = (minor: number): string => judge(control, "removed-api-versions", { object: { apiVersion: `${group}/${version}`, kind }, kubernetesMinor: minor, parameters: { horizon: 1 } }).map(({ finding }) => finding).join();
    return { name, removed, before: removed === undefined ? "" : findingIn(removed - 2), ahead: removed === undefined ? "" : findingIn(removed - 1), then: removed === undefined ? "" : findingIn(removed) };
  });
  // Kinds of aggregated API servers and of custom resources stand in other modules, and the types of some are in none any more.
  expect(told.filter(({ removed }) => removed === undefined).map(({ name }) => name).sort()).toEqual([
    "apiextensions.k8s.io/v1beta1/CustomResourceDefinition",
    "apiregistration.k8s.io/v1beta1/APIService",
    "autoscaling/v2beta1/HorizontalPodAutoscaler",
    "autoscaling/v2beta2/HorizontalPodAutoscaler",
    "extensions/v1beta1/PodSecurityPolicy",
    "policy/v1beta1/PodSecurityPolicy",
  ]);
  expect(told.filter(({ removed }) => removed !== undefined).filter(({ ahead, before, then }) => before !== "" || ahead !== "b" || then !== "a")).toEqual([]);
});
