import { existsSync } from "node:fs";
import { join } from "node:path";
import { outputOf } from "./measure.mjs";
import { root } from "./scratch.mjs";

const program = join(root, "bin/portcullis.js");

/** `portcullis check` as it is built. */
export function check(...options) {
  if (!existsSync(join(root, "dist/cli/main.js"))) throw new Error("dist/ is not built. Run npm run build first.");
  const command = (path, ...more) => ({ run: [process.execPath, program, "check", ...options, ...more, path], codes: [0, 1] });
  return {
    command: (path) => command(path),
    /** Each violation as `control path message`. */
    violations: (path) => JSON.parse(outputOf(command(path, "--format", "json"))).violations.map(({ control, path: at, message }) => `${control} ${at} ${message}`),
  };
}

/** `portcullis build` of a target as it is built. */
export const build = (target, out, ...options) => ({ run: [process.execPath, program, "build", "--target", target, "--out", out, ...options] });
