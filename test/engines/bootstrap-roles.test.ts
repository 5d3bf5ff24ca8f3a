import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import type { rbacv1 } from "portcullis";
import { judge } from "portcullis/testing";
import { beforeAll, describe, expect, it } from "vitest";
import { standardControls } from "../policies.ts";
import { go } from "./engine.ts";

type RoleObject = rbacv1.Role | rbacv1.ClusterRole | rbacv1.RoleBinding | rbacv1.ClusterRoleBinding;

/** The releases whose own roles are judged: the oldest and the newest minor that API servers are emitted for, and those between. */
const releases = ["v1.32.13", "v1.33.13", "v1.34.4", "v1.35.4", "v1.36.3", "v1.37.2"];
const minorOf = (release: string): number => Number(release.split(".")[1]);

/** What an API server of a release creates at its start, with its default feature gates, from the test data of its source. */
async function bootstrapObjects(release: string): Promise<readonly RoleObject[]> {
  const { Dir: folder } = JSON.parse(await go(".", ["mod", "download", "-json", `k8s.io/kubernetes@${release}`])) as { readonly Dir: string };
  const data = join(folder, "plugin/pkg/auth/authorizer/rbac/bootstrappolicy/testdata");
  return readdirSync(data).filter((name) => !name.includes("featuregates")).sort().flatMap((name) => (load(readFileSync(join(data, name), "utf8")) as { readonly items: readonly RoleObject[] }).items);
}

/** The roles that get their rules from others by a label, as the controller that fills them writes them. */
function aggregated(objects: readonly RoleObject[]): readonly RoleObject[] {
  const roles = objects.filter((object) => object.kind === "ClusterRole");
  return objects.map((object) => {
    const selectors = object.kind === "ClusterRole" ? (object.aggregationRule?.clusterRoleSelectors ?? []) : [];
    // What lands in view lands in edit and admin too, by labels of the roles in between.
    const partsOf = (keys: readonly string[], depth = 3): rbacv1.ClusterRole[] => {
      if (depth === 0) return [];
      const parts = roles.filter(({ metadata }) => keys.some((key) => metadata?.labels?.[key] === "true"));
      return parts.flatMap((part) => [part, ...partsOf((part.aggregationRule?.clusterRoleSelectors ?? []).flatMap(({ matchLabels = {} }) => Object.keys(matchLabels)), depth - 1)]);
    };
    return selectors.length === 0 ? object : { ...object, rules: partsOf(selectors.flatMap(({ matchLabels = {} }) => Object.keys(matchLabels))).flatMap(({ rules = [] }) => rules) };
  });
}

const controls = (await standardControls()).filter(({ domain }) => domain === "rbac");
const kindOf = ({ apiVersion, kind }: RoleObject): string => `${apiVersion}/${kind}`;
/** The accounts that bindings name, which controllers make for themselves. */
function accountsOf(objects: readonly RoleObject[]): readonly object[] {
  const subjects = objects.flatMap((object) => ("subjects" in object ? (object.subjects ?? []) : []));
  return subjects.filter(({ kind }) => kind === "ServiceAccount").map(({ name, namespace }) => ({ apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace } }));
}

/** The same object under a name that no exception knows. */
const renamed = (object: RoleObject): RoleObject => ({ ...object, metadata: { ...object.metadata, name: "stranger" } }) as RoleObject;

describe.each(releases)("the roles and bindings of Kubernetes %s", (release) => {
  const kubernetesMinor = minorOf(release);
  let objects: readonly RoleObject[] = [];
  beforeAll(async () => {
    objects = aggregated(await bootstrapObjects(release));
    expect(objects.length).toBeGreaterThan(100);
  });

  it.each(controls)("pass $id, whose exceptions they need", ({ control, id }) => {
    const found = objects.filter((object) => control.match.kinds.some((kind) => kind === kindOf(object))).flatMap((object) => judge(control, id, { object, others: [...objects, ...accountsOf(objects)], kubernetesMinor }).map(({ message }) => message));
    expect(found).toEqual([]);
  });
});

it("excuses no role that holds nothing of what a control asks for", async () => {
  const objects = aggregated(await bootstrapObjects("v1.37.2"));
  for (const { control, id } of controls) {
    const source = readFileSync(new URL(`../../policies/rbac/${id}.ts`, import.meta.url), "utf8");
    const names = /const bootstrapRoles = \[([^\]]*)\]/.exec(source)?.[1]?.match(/"[^"]+"/g)?.map((name) => JSON.parse(name) as string) ?? [];
    const guilty = objects.filter((object) => object.kind.endsWith("Role") && judge(control, id, { object: renamed(object), parameters: { logs: true } }).length > 0);
    const namesOf = guilty.map(({ kind, metadata }) => (kind === "Role" ? `${metadata?.namespace ?? ""}/${metadata?.name ?? ""}` : (metadata?.name ?? "")));
    if (names.length > 0) expect({ id, names }).toEqual({ id, names: namesOf.sort() });
  }
});
