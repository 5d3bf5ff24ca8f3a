import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The version in the package's own package.json. */
export function version(root: string): string {
  return (JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { readonly version: string }).version;
}
