import { fileURLToPath } from "node:url";
import { type Compilation, compile } from "../src/compile.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** The standard controls and detections, compiled once for all files of a worker that ask for them. */
export const compiledPolicies: Compilation = compile(root, `${root}policies`);
