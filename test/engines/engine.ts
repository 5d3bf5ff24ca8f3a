import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** A real engine: the folder beside this file that pins it (go.mod, go.sum), and what to build there. */
const engines = {
  opa: { folder: "opa", package: "github.com/open-policy-agent/opa" },
  gator: { folder: "gatekeeper", package: "github.com/open-policy-agent/gatekeeper/v3/cmd/gator" },
  conftest: { folder: "conftest", package: "github.com/open-policy-agent/conftest" },
  "kube-score": { folder: "kube-score", package: "github.com/zegl/kube-score/cmd/kube-score" },
  "pod-security": { folder: "kubernetes", package: "." },
} as const;

export type EngineName = keyof typeof engines;

export const engineNames = Object.keys(engines) as EngineName[];

const building = new Map<EngineName, Promise<string>>();

/**
 * The path of an engine's binary, built by Go at its first use (1 to 6 minutes on two cores) and then kept outside the work
 * tree until its pins change. `PORTCULLIS_ENGINE_<NAME>` names a binary to use instead, `PORTCULLIS_ENGINES` another
 * folder to keep them in than `$XDG_CACHE_HOME/portcullis/engines`. Rejects with Go's messages where the build fails.
 */
export function engineBinary(name: EngineName): Promise<string> {
  const given = process.env[`PORTCULLIS_ENGINE_${name.replace("-", "_").toUpperCase()}`];
  if (given !== undefined) return Promise.resolve(given);
  const started = building.get(name) ?? build(name);
  building.set(name, started);
  return started;
}

/** The folder that pins an engine. */
export const engineFolder = (name: EngineName): string => fileURLToPath(new URL(engines[name].folder, import.meta.url));

async function build(name: EngineName): Promise<string> {
  const folder = engineFolder(name);
  const binary = join(cacheFolder(), `${name}-${keyOf(folder)}`);
  if (existsSync(binary)) return binary;
  mkdirSync(dirname(binary), { recursive: true });
  const unfinished = `${binary}.${process.pid}`;
  await go(folder, ["build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-o", unfinished, engines[name].package]);
  renameSync(unfinished, binary);
  return binary;
}

/** Runs Go in an engine's folder and gives what it printed. */
export function go(folder: string, args: readonly string[]): Promise<string> {
  const env = { ...process.env, GOFLAGS: "-mod=readonly", GOWORK: "off" };
  return new Promise((resolve, reject) => {
    execFile("go", args, { cwd: folder, env, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`go ${args[0]} failed in ${folder}: ${stderr || error.message}`));
    });
  });
}

const cacheFolder = (): string =>
  process.env["PORTCULLIS_ENGINES"] ?? join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "portcullis", "engines");

/** The hash of the pins and of what is written in Go beside them. */
function keyOf(folder: string): string {
  const hash = createHash("sha256");
  for (const file of readdirSync(folder).sort()) {
    if (/\.go$|^go\.(mod|sum)$/.test(file)) hash.update(file).update("\0").update(readFileSync(join(folder, file)));
  }
  return hash.digest("hex").slice(0, 16);
}
