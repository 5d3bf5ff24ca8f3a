import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { nativeBuiltins } from "../../src/backends/opa/native-builtins.ts";
import { findRegoCompiler, opaVersion, type RegoCompiler, type RegoFile } from "../../src/backends/opa/rego-compiler.ts";
import { nativeCompiler, nativeVersion } from "../../src/backends/opa/rego-native.ts";
import { engineBinary, engineFolder, go } from "./engine.ts";

let wasi: RegoCompiler;
let native: RegoCompiler;

beforeAll(async () => {
  execFileSync(process.execPath, ["scripts/build-opa.mjs"], { stdio: "inherit" });
  const found = await findRegoCompiler("wasi");
  if ("missing" in found) throw new Error(found.missing);
  wasi = found;
  native = nativeCompiler(await engineBinary("opa"));
});

const library: RegoFile = {
  path: "lib/pods.rego",
  text: `package portcullis.lib

# Every container, with its path.
containers contains {"path": sprintf_free(field, i), "container": c} if {
	some field in ["containers","initContainers"]
	some i, c in input.spec[field]
}
sprintf_free(field, i) := concat("", ["spec.", field, "[", format_int(i, 10), "]"])
`,
};
const control = (n: number): RegoFile => ({
  path: `controls/control-${n}.rego`,
  text: `package portcullis.controls.control_${n}

import data.portcullis.lib

violations contains {"path": entry.path,  "message": "control ${n}"} if {
  some entry in lib.containers
  not startswith(entry.container.image, data.settings.registry)
  regex.match(\`^[a-z]{${n + 1}}\`, entry.container.name)
}
`,
});
const entry: RegoFile = {
  path: "main.rego",
  text: "package portcullis\n\n# METADATA\n# entrypoint: true\nviolations contains v if { some name; some v in data.portcullis.controls[name].violations }\n",
};

const policies: Readonly<Record<string, { files: RegoFile[]; entrypoints: string[] }>> = {
  "one rule": { files: [{ path: "policy.rego", text: "package a\n\nallow if input.x == 1\n" }], entrypoints: ["a/allow"] },
  "packages that read each other and data": { files: [library, control(0), control(1), entry], entrypoints: ["portcullis/violations"] },
  "thirty controls, given in disorder": { files: [entry, ...Array.from({ length: 30 }, (_, n) => control(29 - n)), library], entrypoints: ["portcullis/violations"] },
  "entrypoints that two rules share, and one that is a package": {
    files: [{ path: "b/x.rego", text: "package b.x\n\ndefault allow := false\n\nallow if count(deny) == 0\n\ndeny contains m if { m := input.messages[_]; m != \"\" }\n" }],
    entrypoints: ["b/x/allow", "b/x/deny", "b/x"],
  },
};

for (const [name, policy] of Object.entries(policies)) {
  it(`makes the bytes and the text that native opa makes: ${name}`, async () => {
    const [ours, theirs] = await Promise.all([wasi.compile(policy), native.compile(policy)]);
    expect(ours.errors).toEqual([]);
    expect(theirs.errors).toEqual([]);
    expect(ours.formatted).toEqual(theirs.formatted);
    expect(theirs.wasm?.length).toBeGreaterThan(10_000);
    expect(Buffer.compare(ours.wasm ?? Buffer.alloc(0), theirs.wasm ?? Buffer.alloc(0))).toBe(0);
    expect(await wasi.format(policy.files)).toEqual(await native.format(policy.files));
    // What is formatted stays as it is, and so do the bytes.
    const again = await wasi.compile({ ...policy, files: [...ours.formatted] });
    expect(again.formatted).toEqual(ours.formatted);
    expect(Buffer.compare(again.wasm ?? Buffer.alloc(0), ours.wasm ?? Buffer.alloc(0))).toBe(0);
  });
}

const refused: Readonly<Record<string, { text: string; expected: readonly [line: number, column: number, message: string][] }>> = {
  "text that does not parse": { text: "package a\n\nallow if {", expected: [[3, 10, "unexpected eof token"]] },
  "Rego of version 0": { text: "package a\n\nallow { input.x }\n", expected: [[3, 1, "`if` keyword is required before rule body"]] },
  "an unused import and an unsafe variable": {
    text: "package a\n\nimport data.b\n\nallow if x\n",
    expected: [[3, 1, "import data.b unused"], [5, 10, "var x is unsafe"]],
  },
  "an unused variable": { text: "package a\n\nallow if {\n\tx := 1\n\tinput.y\n}\n", expected: [[4, 2, "assigned var x unused"]] },
  "builtins that need the host": {
    text: 'package a\n\nallow if sprintf("%d", [input.n]) == "1"\n\nallow if {\n\tprint("x")\n\thttp.send(input).ok\n}\n',
    expected: ["sprintf", "print", "http.send"].map((name, index) => [
      [3, 6, 7][index] ?? 0, [10, 2, 2][index] ?? 0, `${name} is neither a function of the policy nor a builtin that OPA WASM has without a host.`,
    ]),
  },
  "a call with too many arguments": { text: "package a\n\nallow if f(1, 2, 3)\n\nf(x) := x\n", expected: [[3, 10, "function data.a.f has arity 1, got 3 arguments"]] },
};

for (const [name, { text, expected }] of Object.entries(refused)) {
  it(`refuses at its place, as native opa does: ${name}`, async () => {
    const request = { files: [{ path: "controls/a.rego", text }], entrypoints: ["a/allow"] };
    const ours = await wasi.compile(request);
    expect(ours).toEqual(await native.compile(request));
    expect(ours.wasm).toBeUndefined();
    for (const [line, column, message] of expected) expect(ours.errors).toContainEqual(expect.objectContaining({ path: "controls/a.rego", line, column, message }));
  });
}

it("reports an entrypoint that is no rule, in the words of native opa", async () => {
  const request = { files: [{ path: "a.rego", text: "package a\n\nallow := true\n" }], entrypoints: ["a/deny"] };
  const ours = await wasi.compile(request);
  expect(ours.errors).toEqual([{ path: "", line: 0, column: 0, code: "compile_error", message: 'entrypoint "a/deny" does not refer to a rule or policy decision' }]);
  expect((await native.compile(request)).errors).toEqual(ours.errors);
});

it("formats what would not compile, but not what does not parse", async () => {
  const files = [{ path: "a.rego", text: "package a\nimport data.unused\nx:=sprintf(\"%d\",[1])" }];
  const ours = await wasi.format(files);
  expect(ours).toEqual({ formatted: [{ path: "a.rego", text: 'package a\n\nimport data.unused\n\nx := sprintf("%d", [1])\n' }], errors: [] });
  expect(await native.format(files)).toEqual(ours);
  const broken = [{ path: "a.rego", text: "package a\n\nx := " }];
  expect(await wasi.format(broken)).toEqual(await native.format(broken));
  expect((await wasi.format(broken)).errors[0]).toMatchObject({ path: "a.rego", line: 3, code: "rego_parse_error" });
});

it("answers requests that overlap, each with its own", async () => {
  const answers = await Promise.all([0, 1, 2, 3].map((n) => wasi.compile({ files: [{ path: "a.rego", text: `package a\n\nallow if input.n == ${n}\n` }], entrypoints: ["a/allow"] })));
  expect(answers.map(({ formatted }) => formatted[0]?.text.match(/== (\d)/)?.[1])).toEqual(["0", "1", "2", "3"]);
});

it("judges by the OPA that the compiler is made of", async () => {
  expect(await nativeVersion(await engineBinary("opa"))).toBe(opaVersion);
  for (const folder of [engineFolder("opa"), "src/opa-compiler"]) {
    expect((await go(folder, ["list", "-m", "-f", "{{.Version}}", "github.com/open-policy-agent/opa"])).trim()).toBe(`v${opaVersion}`);
  }
});

it("allows exactly the builtins that OPA says its WASM has, but for the deprecated ones", async () => {
  const module = (await go(engineFolder("opa"), ["list", "-m", "-f", "{{.Dir}}", "github.com/open-policy-agent/opa"])).trim();
  const metadata = JSON.parse(readFileSync(join(module, "builtin_metadata.json"), "utf8")) as Record<string, { wasm?: boolean; deprecated?: boolean }>;
  const native = Object.entries(metadata).filter(([, { wasm, deprecated }]) => wasm === true && deprecated !== true).map(([name]) => name);
  expect([...nativeBuiltins].sort()).toEqual(native.sort());
});
