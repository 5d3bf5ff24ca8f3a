import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** What kubectl's own code makes of a manifest. */
export interface Answer {
  readonly documents: readonly unknown[];
  readonly error?: string;
}

/** kubectl's reader as a running process. */
export interface Kubectl {
  ask(manifest: Uint8Array): Promise<Answer>;
  stop(): void;
}

/** Builds the reader in this folder unless it is built, and starts it. */
export function startKubectl(): Kubectl {
  const child = spawn(build(), { stdio: ["pipe", "pipe", "inherit"] });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async ask(manifest) {
      child.stdin.write(`${Buffer.from(manifest).toString("base64")}\n`);
      const line = await answers.next();
      if (line.done === true) throw new Error("kubectl's reader stopped");
      return JSON.parse(line.value) as Answer;
    },
    stop: () => void child.stdin.end(),
  };
}

function build(): string {
  const folder = fileURLToPath(new URL(".", import.meta.url));
  const sources = ["go.mod", "go.sum", "main.go"].map((name) => readFileSync(join(folder, name)));
  const key = createHash("sha256").update(Buffer.concat(sources)).digest("hex").slice(0, 16);
  const cache = fileURLToPath(new URL("../../../.cache/engines/", import.meta.url));
  const binary = join(cache, `kubectl-yaml-${key}`);
  if (!existsSync(binary)) {
    mkdirSync(cache, { recursive: true });
    execFileSync("go", ["build", "-mod=readonly", "-o", binary, "."], { cwd: folder, stdio: "inherit" });
  }
  return binary;
}
