// Writes golden/: what `portcullis build` emits for each target, and the printed IR of each control.
import { spawnSync } from "node:child_process";

const run = (command, args) => {
  const { status } = spawnSync(command, args, { stdio: "inherit", shell: process.platform === "win32" });
  if (status !== 0) process.exit(status ?? 1);
};

run("npm", ["run", "--silent", "build"]);
run(process.execPath, ["bin/portcullis.js", "build"]);
run("npx", ["vitest", "run", "test/golden.test.ts", "test/language-reference.test.ts", "test/coverage.test.ts", "--update"]);
