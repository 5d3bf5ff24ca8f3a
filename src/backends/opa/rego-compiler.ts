import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { nativeVersion, nativeCompiler } from "./rego-native.ts";
import { wasiCompiler } from "./rego-wasi.ts";
import type { RegoCompiler } from "./rego-contract.ts";

export type { RegoCompilation, RegoCompiler, RegoFault, RegoFile, RegoRequest } from "./rego-contract.ts";

/** The OPA whose compiler makes every module, so that the bytes are the same on every machine. */
export const opaVersion = "1.22.2";

/** Where `npm run build:opa` leaves the WASI module: in the package, or in a work tree that has not been packed. */
const builds = ["../../../dist/opa-compiler/opa-compiler.wasm.br", "../../../.cache/opa-compiler/opa-compiler.wasm.br"];

/**
 * The compiler to use: "native" is the `opa` on the PATH, "wasi" the module that the package ships, and "auto" the first
 * where it has the pinned version, else the second. Without one, `missing` says why and what to do about it.
 */
export async function findRegoCompiler(choice: "wasi" | "native" | "auto" = "auto"): Promise<RegoCompiler | { readonly missing: string }> {
  if (choice !== "wasi") {
    const found = await nativeVersion("opa");
    if (found === opaVersion) return nativeCompiler("opa");
    if (choice === "native") return { missing: missingNative(found) };
  }
  const module = builds.map((path) => fileURLToPath(new URL(path, import.meta.url))).find((path) => existsSync(path));
  return module === undefined ? { missing: missingWasi } : wasiCompiler(module);
}

const missingNative = (found: string | undefined): string =>
  found === undefined
    ? `There is no opa on the PATH. Install OPA ${opaVersion}, or leave out --opa native.`
    : `The opa on the PATH is ${found}, and the module's bytes depend on the version. Install OPA ${opaVersion}, or leave out --opa native.`;

const missingWasi = `OPA's compiler is not built. Run npm run build:opa (it needs Go), or put OPA ${opaVersion} on the PATH.`;
