import { lookedUpKinds } from "../../ir/lookups.ts";
import { kindParts } from "../../kubernetes/scope.ts";
import type { CompiledControl } from "../backend.ts";

interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

function groupVersionKind(kindName: string): GroupVersionKind {
  const { apiVersion, kind } = kindParts(kindName);
  const [version = "", group = ""] = apiVersion.split("/").reverse();
  return { group, version, kind };
}

/** What Gatekeeper has to keep in `data.inventory` for a control; nothing is there that no SyncSet, and no Config, names. */
export const syncSet = ({ check, id }: CompiledControl): Readonly<Record<string, unknown>> => ({
  apiVersion: "syncset.gatekeeper.sh/v1alpha1",
  kind: "SyncSet",
  metadata: { name: id, annotations: { "portcullis.dev/control": id } },
  spec: { gvks: lookedUpKinds(check).map(groupVersionKind) },
});

/** The same as an annotation of the template, for `gator sync test`: JSON, a list of what is needed, each a list of what will do. */
export function syncAnnotation({ check }: CompiledControl): Readonly<Record<string, string>> {
  const kinds = lookedUpKinds(check).map(groupVersionKind);
  if (kinds.length === 0) return {};
  return { "metadata.gatekeeper.sh/requires-sync-data": JSON.stringify(kinds.map(({ group, kind, version }) => [{ groups: [group], versions: [version], kinds: [kind] }])) };
}
