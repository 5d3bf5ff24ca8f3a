import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The package's own folder. */
export const root = fileURLToPath(new URL("..", import.meta.url));

/** Where the benchmarks keep what they make: outside git, and free to be deleted. */
export const scratch = join(root, ".cache/bench");
