import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { explainFault, orderedFiles } from "../src/backends/opa/rego-contract.ts";
import { findRegoCompiler } from "../src/backends/opa/rego-compiler.ts";
import { wasiCompiler } from "../src/backends/opa/rego-wasi.ts";
import { readTarFile } from "../src/backends/opa/tar.ts";

/** A tar entry as OPA's bundle writer makes it: a ustar header, then the content padded to whole blocks. */
function entry(name: string, content: string, type = "0"): Uint8Array {
  const bytes = new TextEncoder().encode(content);
  const block = new Uint8Array(512 + Math.ceil(bytes.length / 512) * 512);
  const put = (text: string, offset: number) => block.set(new TextEncoder().encode(text), offset);
  put(name, 0);
  put(`${bytes.length.toString(8).padStart(11, "0")}\0`, 124);
  put(type, 156);
  block.set(bytes, 512);
  return block;
}

const archive = (...entries: Uint8Array[]) => new Uint8Array(Buffer.concat([...entries, new Uint8Array(1024)]));
const textOf = (bytes: Uint8Array | undefined) => (bytes === undefined ? undefined : new TextDecoder().decode(bytes));

it("reads one file out of a tar archive, whatever stands before it and however its name begins", () => {
  const bundle = archive(entry("/data.json", "{}"), entry("/policy.wasm/", "", "5"), entry("/a.rego", "x".repeat(513)), entry("/policy.wasm", "module"));
  expect(textOf(readTarFile(bundle, "policy.wasm"))).toBe("module");
  expect(textOf(readTarFile(bundle, "./data.json"))).toBe("{}");
  expect(readTarFile(bundle, "a.rego")).toHaveLength(513);
});

it("finds nothing in an archive that lacks the file, and no file of an empty one", () => {
  expect(readTarFile(archive(entry("/data.json", "{}")), "policy.wasm")).toBeUndefined();
  expect(readTarFile(new Uint8Array(0), "policy.wasm")).toBeUndefined();
});

it("says so when the bytes are no tar archive", () => {
  expect(() => readTarFile(new TextEncoder().encode("not an archive ".repeat(100)), "policy.wasm")).toThrow("not a tar archive");
});

it("names a builtin that needs the host, and leaves other faults as they are", () => {
  const fault = (message: string) => explainFault({ path: "a.rego", line: 3, column: 7, code: "rego_type_error", message });
  expect(fault("undefined function http.send")).toEqual({
    path: "a.rego", line: 3, column: 7, code: "rego_type_error",
    message: "http.send is neither a function of the policy nor a builtin that OPA WASM has without a host.",
  });
  expect(fault("undefined function internal.print").message).toMatch(/^print is neither/);
  expect(fault("undefined function data.lib.f").message).toBe("undefined function data.lib.f");
  expect(fault("var x is unsafe").message).toBe("var x is unsafe");
});

it("orders files by path and takes no path that leaves the folder or that OPA reads otherwise", () => {
  expect(orderedFiles([{ path: "b.rego", text: "" }, { path: "a/c-1.rego", text: "" }]).map(({ path }) => path)).toEqual(["a/c-1.rego", "b.rego"]);
  for (const path of ["../a.rego", "/a.rego", "prefix:a.rego", "a.txt", "-a.rego", "a\\b.rego"]) {
    expect(() => orderedFiles([{ path, text: "" }])).toThrow("not a relative path");
  }
});

it("says what to install when native opa is asked for and there is none", async () => {
  const path = process.env["PATH"];
  const empty = mkdtempSync(join(tmpdir(), "portcullis-path-"));
  try {
    process.env["PATH"] = empty;
    expect(await findRegoCompiler("native")).toEqual({ missing: "There is no opa on the PATH. Install OPA 1.22.2, or leave out --opa native." });
  } finally {
    process.env["PATH"] = path;
    rmSync(empty, { recursive: true });
  }
});

it("rejects instead of hanging when the module cannot be started", async () => {
  const compiler = wasiCompiler(join(tmpdir(), "portcullis-no-such-module.wasm.br"));
  await expect(compiler.format([{ path: "a.rego", text: "package a\n" }])).rejects.toThrow("OPA's compiler failed");
  await expect(compiler.format([{ path: "a.rego", text: "package a\n" }])).rejects.toThrow("OPA's compiler failed");
});
