import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { nativeBuiltins } from "./native-builtins.ts";
import { explainFault, orderedFiles, type RegoCompilation, type RegoCompiler, type RegoFault, type RegoFile } from "./rego-contract.ts";
import { readTarFile } from "./tar.ts";

/** The version that an `opa` command reports ("1.22.2"), or undefined where there is no such command. */
export async function nativeVersion(command: string): Promise<string | undefined> {
  return /^Version: (\S+)/m.exec((await run(command, ["version"], tmpdir())).stdout)?.[1];
}

/** OPA's compiler as an `opa` command: in a folder of its own, where the files have their relative names. */
export function nativeCompiler(command: string): RegoCompiler {
  return {
    name: "native",
    compile: ({ files, entrypoints }) => inFolder(command, files, async (opa) => (await opa.check()) ?? (await opa.format()) ?? opa.build(entrypoints)),
    format: (files) => inFolder(command, files, async (opa) => (await opa.format()) ?? opa.done()),
  };
}

interface Steps {
  /** Each step ends the compilation with what it returns, if anything. */
  check(): Promise<RegoCompilation | undefined>;
  format(): Promise<RegoCompilation | undefined>;
  build(entrypoints: readonly string[]): Promise<RegoCompilation>;
  done(wasm?: Uint8Array): Promise<RegoCompilation>;
}

async function inFolder(command: string, given: readonly RegoFile[], compile: (opa: Steps) => Promise<RegoCompilation>): Promise<RegoCompilation> {
  const files = orderedFiles(given);
  const paths = files.map(({ path }) => path);
  const folder = await mkdtemp(join(tmpdir(), "portcullis-opa-"));
  const work = join(folder, "files");
  const opa = (args: readonly string[]): Promise<Output> => run(command, args, work);
  const refused = (errors: readonly RegoFault[]): RegoCompilation => ({ formatted: [], errors: errors.map(explainFault) });
  try {
    for (const { path, text } of files) {
      await mkdir(dirname(join(work, path)), { recursive: true });
      await writeFile(join(work, path), text);
    }
    return await compile({
      async check() {
        const capabilities = join(folder, "capabilities.json");
        await writeFile(capabilities, onlyNative((await opa(["capabilities", "--current"])).stdout));
        const { code, stderr } = await opa(["check", "--strict", "--max-errors", "0", "--format", "json", "--capabilities", capabilities, ...paths]);
        return code === 0 ? undefined : refused(faultsOf(stderr));
      },
      async format() {
        const { code, stderr } = await opa(["fmt", "--write", ...paths]);
        if (code === 0) return undefined;
        const parse = faultsOf((await opa(["check", "--max-errors", "0", "--format", "json", ...paths])).stderr).filter((fault) => fault.code === "rego_parse_error");
        return refused(parse.length > 0 ? parse : [placeless(stderr)]);
      },
      async build(entrypoints) {
        const bundle = join(folder, "bundle.tar.gz");
        const { code, stdout } = await opa(["build", "--target", "wasm", "--output", bundle, ...entrypoints.flatMap((name) => ["--entrypoint", name]), ...paths]);
        if (code !== 0) return refused([placeless(stdout.replace(/^error: /, ""))]);
        const wasm = readTarFile(gunzipSync(await readFile(bundle)), "policy.wasm");
        if (wasm === undefined) throw new Error("opa build made a bundle without policy.wasm");
        return this.done(wasm);
      },
      async done(wasm) {
        const formatted = await Promise.all(paths.map(async (path) => ({ path, text: await readFile(join(work, path), "utf8") })));
        return { formatted, errors: [], ...(wasm === undefined ? {} : { wasm }) };
      },
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** OPA's capabilities without the builtins that a WASM module would need its host for. */
function onlyNative(capabilities: string): string {
  const all = JSON.parse(capabilities) as { builtins: { name: string }[] };
  return JSON.stringify({ ...all, builtins: all.builtins.filter(({ name }) => nativeBuiltins.includes(name)) });
}

interface Refusal {
  readonly errors: readonly { readonly message: string; readonly code?: string; readonly location?: { readonly file: string; readonly row: number; readonly col: number } }[];
}

/** The faults in what `opa check --format json` prints. */
function faultsOf(printed: string): RegoFault[] {
  if (!printed.trimStart().startsWith("{")) return [placeless(printed)];
  const faults = (JSON.parse(printed) as Refusal).errors.map(({ message, code = "compile_error", location }) =>
    ({ path: location?.file ?? "", line: location?.row ?? 0, column: location?.col ?? 0, code, message }));
  return faults.sort((left, right) =>
    compare(left.path, right.path) || left.line - right.line || left.column - right.column || compare(left.message, right.message));
}

const compare = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

const placeless = (message: string): RegoFault => ({ path: "", line: 0, column: 0, code: "compile_error", message: message.trim() });

interface Output {
  /** The exit code; 127 where the command cannot be started. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(command: string, args: readonly string[], cwd: string): Promise<Output> {
  return new Promise((resolve) => {
    execFile(command, args, { cwd, maxBuffer: 1 << 28 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : 127;
      resolve({ code, stdout, stderr });
    });
  });
}
