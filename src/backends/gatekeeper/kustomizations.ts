import type { EmittedFile } from "../backend.ts";
import { kustomization } from "../delivery.ts";

const folders = ["sync", "templates", "constraints"] as const;

/**
 * One Kustomization for what is synced, one for the templates and one for the constraints, which can be applied only when Gatekeeper has made their kinds
 * of the templates; and one over both.
 */
export function kustomizations(manifests: readonly EmittedFile[]): readonly EmittedFile[] {
  const filled = folders.filter((folder) => manifests.some(({ path }) => path.startsWith(`${folder}/`)));
  const parts = filled.map((folder) => {
    const inside = manifests.filter(({ path }) => path.startsWith(`${folder}/`)).map((file) => ({ ...file, path: file.path.slice(folder.length + 1) }));
    return { ...kustomization(inside), path: `${folder}/kustomization.yaml` };
  });
  return [...parts, kustomization(filled.map((path) => ({ path, content: "" })))];
}
