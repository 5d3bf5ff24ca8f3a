#!/usr/bin/env node
// Builds OPA's compiler (src/opa-compiler/) as a WASI module for `portcullis build`. Needs Go. The module goes, compressed,
// to .cache/opa-compiler/ and, for the npm package, to dist/opa-compiler/. Sources that have not changed are not built again.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";

const root = fileURLToPath(new URL("..", import.meta.url));
const source = join(root, "src/opa-compiler");
const cache = join(root, ".cache/opa-compiler");
const shipped = join(root, "dist/opa-compiler");
const name = "opa-compiler.wasm.br";

const key = keyOfSources();
const keyFile = join(cache, "key");
const fresh = existsSync(join(cache, name)) && existsSync(keyFile) && readFileSync(keyFile, "utf8") === key;
if (fresh || pack()) {
  mkdirSync(shipped, { recursive: true });
  copyFileSync(join(cache, name), join(shipped, name));
  console.log(`OPA's compiler is in .cache/opa-compiler/ and dist/opa-compiler/ (${megabytes(statSync(join(shipped, name)).size)}).`);
} else {
  process.exitCode = 1;
}

/** Whether the module could be built; says why not on standard error. */
function pack() {
  const started = performance.now();
  const module = buildModule();
  if (module === undefined) return false;
  const built = performance.now();
  // Quality 9 takes 5 s; 11 would take 70 s more to save a seventh.
  const packed = brotliCompressSync(module, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_SIZE_HINT]: module.length },
  });
  mkdirSync(cache, { recursive: true });
  rmSync(keyFile, { force: true }); // the key comes last: an interrupted build leaves none
  writeFileSync(join(cache, name), packed);
  writeFileSync(keyFile, key);
  console.log(`Built it in ${seconds(started, built)} (${megabytes(module.length)}), packed it in ${seconds(built, performance.now())}.`);
  return true;
}

function seconds(from, to) {
  return `${((to - from) / 1000).toFixed(1)} s`;
}

function megabytes(size) {
  return `${(size / 1e6).toFixed(1)} MB`;
}

/** The hash of all that the module is made of, this script's flags included. */
function keyOfSources() {
  const hash = createHash("sha256");
  for (const path of [...readdirSync(source).sort().map((file) => join(source, file)), fileURLToPath(import.meta.url)]) {
    hash.update(readFileSync(path)).update("\0");
  }
  return hash.digest("hex");
}

function buildModule() {
  const folder = mkdtempSync(join(tmpdir(), "portcullis-opa-"));
  try {
    const output = join(folder, "opa-compiler.wasm");
    const args = ["build", "-buildmode=c-shared", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-o", output, "."];
    const env = { ...process.env, GOOS: "wasip1", GOARCH: "wasm", CGO_ENABLED: "0", GOFLAGS: "-mod=readonly", GOWORK: "off" };
    const { error, status } = spawnSync("go", args, { cwd: source, env, stdio: "inherit" });
    if (error?.code === "ENOENT") {
      console.error("Go is not installed, and OPA's compiler is a Go program. Install Go (src/opa-compiler/go.mod says which), or put OPA itself on the PATH.");
      return undefined;
    }
    if (error !== undefined || status !== 0) {
      console.error("OPA's compiler did not build: see Go's messages above.");
      return undefined;
    }
    return readFileSync(output);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
