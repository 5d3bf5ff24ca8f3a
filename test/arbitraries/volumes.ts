import fc from "fast-check";
import { absent, type Care, listOf, objectOf, usually, usuallyFrom } from "./members.ts";
import { hostileTexts } from "./security-contexts.ts";

/** Every volume source of the API but emptyDir and hostPath, with the least that the API server decodes. */
const safeSources = ["configMap", "csi", "downwardAPI", "ephemeral", "image", "persistentVolumeClaim", "projected", "secret"];
const unsafeSources = [
  "awsElasticBlockStore", "azureDisk", "azureFile", "cephfs", "cinder", "fc", "flexVolume", "flocker", "gcePersistentDisk", "gitRepo", "glusterfs", "iscsi", "nfs",
  "photonPersistentDisk", "portworxVolume", "quobyte", "rbd", "scaleIO", "storageos", "vsphereVolume",
];

/** Names that are no source: to the API server a volume with one of them has none, so that it becomes an emptyDir. */
export const unknownSources: readonly string[] = ["hostpath", "emptydir", "HostPath", "quantumDisk"];

const only = (source: string): Record<string, unknown> => ({ [source]: {} });

const harmless = [{}, ...safeSources.map(only), { emptyDir: {} }, { emptyDir: { medium: "Memory", sizeLimit: "1Gi" } }, { secret: { secretName: "web", optional: null } }, { hostPath: null }, { emptyDir: {}, nfs: null }];
const harmful = [
  ...[...unsafeSources, ...unknownSources].map(only),
  ...Array.from({ length: 4 }, () => ({ hostPath: {} })),
  { hostPath: { path: "/" } },
  { hostPath: { path: "", type: null } },
  { hostPath: { path: "/var/run/docker.sock", type: "Socket" } },
  { nfs: { server: "10.0.0.1", path: "/" } },
  { emptyDir: {}, hostPath: {} },
  { configMap: { name: "web" }, nfs: { server: "10.0.0.1", path: "/" } },
  { emptyDir: null, hostPath: { path: "/" } },
  { emptyDir: null, rbd: {} },
];

/** Lists of volumes: of every kind, of two kinds at once, and with nothing but a name. */
export function volumes(care: Care): fc.Arbitrary<unknown> {
  const name = objectOf({ name: usually(care, ["data", "logs"], [absent, null, "", ...hostileTexts]) });
  const volume = fc.tuple(name, usuallyFrom(care / 2, fc.constantFrom(...harmless), fc.constantFrom(...harmful))).map(([named, source]) => ({ ...named, ...(source as object) }));
  return listOf(volume, 1, 3);
}
