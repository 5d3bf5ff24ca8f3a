import { Worker } from "node:worker_threads";
import { nativeBuiltins } from "./native-builtins.ts";
import { explainFault, orderedFiles, type RegoCompilation, type RegoCompiler, type RegoFault, type RegoFile } from "./rego-contract.ts";

/**
 * What the worker runs: CommonJS as text, since a worker cannot load TypeScript and the compiled file is elsewhere.
 * It answers one JSON text with another. The handler stands before the module is ready: an event loop with nothing to wait
 * for would first sit out V8's background compilation. The tiering budget (the most that the flag takes) keeps V8 from
 * optimising a program that is about to end, above all Go's start-up function of 570 KB, which held up even the exit: one
 * rule takes 0.5 s with it and 1.2 s without. GOGC spares collections.
 */
const worker = `
const { parentPort, workerData } = require("node:worker_threads");
process.emitWarning = () => {}; // node:wasi calls itself experimental
require("node:v8").setFlagsFromString("--wasm-tiering-budget=2000000000");
async function start() {
  const { WASI } = require("node:wasi");
  const bytes = require("node:zlib").brotliDecompressSync(require("node:fs").readFileSync(workerData.module));
  const wasi = new WASI({ version: "preview1", args: ["opa-compiler"], env: { GOGC: "400" } });
  const { instance } = await WebAssembly.instantiate(bytes, wasi.getImportObject());
  wasi.initialize(instance);
  return instance.exports;
}
const started = start();
parentPort.on("message", async (request) => {
  const { memory, reserve, handle, location } = await started;
  const sent = new TextEncoder().encode(request);
  // To make room can grow the memory, which parts it from the buffer that it had before.
  const place = reserve(sent.length);
  new Uint8Array(memory.buffer).set(sent, place);
  const size = handle();
  const answer = location();
  parentPort.postMessage(new TextDecoder().decode(new Uint8Array(memory.buffer, answer, size)));
});
`;

interface Answer {
  readonly formatted: readonly RegoFile[];
  readonly errors: readonly RegoFault[];
  readonly wasm?: string;
}

/**
 * OPA's compiler as a WASI module (brotli-compressed, see `src/opa-compiler/`) in a thread of its own. The thread starts at
 * once, serves any number of requests, and does not keep the process alive. A throw means a bug of ours or of OPA.
 */
export function wasiCompiler(module: string): RegoCompiler {
  const thread = new Worker(worker, { eval: true, workerData: { module } });
  const waiting: { resolve: (answer: string) => void; reject: (error: Error) => void }[] = [];
  let failure: Error | undefined;
  const fail = (error: Error): void => {
    failure ??= error;
    for (const { reject } of waiting.splice(0)) reject(failure);
  };
  thread.on("message", (answer: string) => {
    waiting.shift()?.resolve(answer);
    if (waiting.length === 0) thread.unref();
  });
  thread.on("error", (error: unknown) => fail(new Error("OPA's compiler failed", { cause: error })));
  thread.on("exit", (code) => fail(new Error(`OPA's compiler ended with exit code ${code}`)));
  thread.unref();

  const ask = async (mode: "compile" | "format", files: readonly RegoFile[], entrypoints: readonly string[]): Promise<RegoCompilation> => {
    const request = JSON.stringify({ mode, files: orderedFiles(files), entrypoints, builtins: nativeBuiltins });
    const text = await new Promise<string>((resolve, reject) => {
      if (failure !== undefined) return reject(failure);
      waiting.push({ resolve, reject });
      thread.ref();
      thread.postMessage(request);
    });
    const { formatted, errors, wasm } = JSON.parse(text) as Answer;
    return { formatted, errors: errors.map(explainFault), ...(wasm === undefined ? {} : { wasm: new Uint8Array(Buffer.from(wasm, "base64")) }) };
  };
  return {
    name: "wasi",
    compile: ({ files, entrypoints }) => ask("compile", files, entrypoints),
    format: (files) => ask("format", files, []),
  };
}
