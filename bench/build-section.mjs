import { mkdirSync, symlinkSync, rmSync } from "node:fs";
import { delimiter, join } from "node:path";
import { engineBinary } from "./binaries.mjs";
import { build } from "./check.mjs";
import { measureInTurn } from "./measure.mjs";
import { root, scratch } from "./scratch.mjs";
import { ratio, seconds } from "./table.mjs";

/** `build` beside type-checking the same files with the same TypeScript. */
export async function buildSection({ runs }) {
  const { languageOptions, typescriptFiles } = await import("../dist/frontend/project.js");
  const { ts } = await import("ts-morph");
  const files = typescriptFiles(join(root, "policies"));
  const out = join(scratch, "build");
  const target = "targets/opa.yaml";
  const typeCheck = "TypeScript alone";
  const results = await measureInTurn(
    {
      [typeCheck]: { run: [process.execPath, join(root, "bench/processes/type-check.mjs"), JSON.stringify({ options: languageOptions, files })] },
      "build --opa native": { ...build(target, out, "--opa", "native"), env: { PATH: `${folderWithOpa()}${delimiter}${process.env.PATH}` } },
      "build --opa wasi": build(target, out, "--opa", "wasi"),
    },
    runs,
  );
  const base = results[typeCheck];
  const rows = Object.entries(results).map(([name, { cpu, wall, runs: times }]) => [name, seconds(cpu), seconds(wall), ratio(cpu / base.cpu), ratio(wall / base.wall), String(times)]);
  const [native, wasi] = ["native", "wasi"].map((compiler) => results[`build --opa ${compiler}`]).map(({ cpu, wall }) => ({ cpu: cpu / base.cpu, wall: wall / base.wall }));
  return {
    title: "Building",
    text: `${target} and the ${files.length} files in policies/, with TypeScript ${ts.version}. The OPA compiler turns the emitted Rego into WASM: as a native command, or as the WASI module that needs no installation.`,
    columns: ["task", "CPU s", "wall s", "CPU, TypeScript = 1", "wall, TypeScript = 1", "runs"],
    rows,
    targets: [{ aim: "build takes at most twice the CPU time of type-checking", got: `${ratio(native.cpu)} with native OPA (${ratio(native.wall)} the wall time), ${ratio(wasi.cpu)} with the WASI module (${ratio(wasi.wall)})`, met: wasi.cpu <= 2 }],
  };
}

/** A folder that holds the pinned OPA under its own name, to be put on the PATH. */
function folderWithOpa() {
  const folder = join(scratch, "opa");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  symlinkSync(engineBinary("opa"), join(folder, "opa"));
  return folder;
}
