import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

it("finds nothing to change in src/backends/engine-schemas when it reads the engines' modules again", () => {
  const script = fileURLToPath(new URL("../../scripts/generate-engine-schemas.mjs", import.meta.url));
  let stale: string;
  try {
    stale = execFileSync(process.execPath, [script, "--check"], { encoding: "utf8" });
  } catch (error) {
    // With stale files it exits 1 and names them; anything else is a fault of the script itself.
    const { status, stdout } = error as { status?: number; stdout?: string };
    if (status !== 1 || !stdout) throw error;
    stale = stdout;
  }
  expect(stale).toBe("");
}, 600_000);
