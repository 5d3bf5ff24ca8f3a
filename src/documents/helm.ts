import { existsSync } from "node:fs";
import { dirname, join, sep } from "node:path";

/** True if a file lies under the `templates` folder of a Helm chart, so that `{{` in it waits to be rendered. */
export function isHelmTemplate(file: string): boolean {
  for (let folder = dirname(file); folder.includes("templates"); folder = dirname(folder)) {
    if ((folder === "templates" || folder.endsWith(`${sep}templates`)) && existsSync(join(dirname(folder), "Chart.yaml"))) return true;
    if (dirname(folder) === folder) return false;
  }
  return false;
}
