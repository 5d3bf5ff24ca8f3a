import { existsSync } from "node:fs";
import { join } from "node:path";
import { outputOf } from "./measure.mjs";
import { root } from "./scratch.mjs";

/** `gator test` over what is kept for Gatekeeper: the same controls as templates in Rego, each with its constraint. */
export function gator(binary, { controls }) {
  const kept = controls.flatMap(({ domain, id }) => ["templates", "constraints"].map((folder) => join(root, "golden/gatekeeper", folder, domain, `${id}.yaml`)));
  // Controls of configuration files have no template: no object of theirs reaches Gatekeeper.
  const files = kept.filter((file) => existsSync(file)).flatMap((file) => ["--filename", file]);
  const command = (file, ...options) => ({ run: [binary, "test", ...files, "--filename", file, ...options], codes: [0, 1] });
  return {
    command: (file) => command(file),
    /** Each violation as `control path message`. */
    violations: (file) => JSON.parse(outputOf(command(file, "--output", "json"))).map(({ metadata: { details } }) => `${details.control} ${details.path} ${details.message}`),
  };
}
