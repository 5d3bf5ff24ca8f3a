/** The part of the WebAssembly API that is used here; Node's own types leave it out. */
interface WebAssemblyApi {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: Readonly<Record<string, Readonly<Record<string, unknown>>>>) => { readonly exports: unknown };
  readonly Memory: new (limits: { readonly initial: number; readonly maximum?: number }) => WasmMemory;
}

interface WasmMemory {
  readonly buffer: ArrayBuffer;
}

/** OPA's WASM interface, version 1.2: https://www.openpolicyagent.org/docs/wasm */
interface OpaExports {
  readonly opa_wasm_abi_version: { readonly value: number };
  readonly opa_wasm_abi_minor_version: { readonly value: number };
  readonly opa_malloc: (size: number) => number;
  readonly opa_json_parse: (address: number, length: number) => number;
  readonly opa_json_dump: (address: number) => number;
  readonly opa_heap_ptr_get: () => number;
  readonly opa_heap_ptr_set: (address: number) => void;
  readonly builtins: () => number;
  readonly entrypoints: () => number;
  readonly opa_eval_ctx_new: () => number;
  readonly opa_eval_ctx_set_input: (context: number, value: number) => void;
  readonly opa_eval_ctx_set_data: (context: number, value: number) => void;
  readonly opa_eval_ctx_set_entrypoint: (context: number, entrypoint: number) => void;
  readonly opa_eval_ctx_get_result: (context: number) => number;
  readonly eval: (context: number) => void;
}

const { Module, Instance, Memory } = (globalThis as unknown as { readonly WebAssembly: WebAssemblyApi }).WebAssembly;

/** Room for the code's own data and a usual document; more is added when a document asks for it. */
const initialPages = 64;
/** 1 GiB beside what the data takes. A document that needs more is refused instead of filling the machine. */
const mostPages = 16_384;
/** All that 32 bits address. */
const addressablePages = 65_536;
/**
 * How many bytes OPA's values take for a byte of JSON, at most of what Kubernetes objects look like. Its allocator grows memory
 * page by page, which costs more than what is put there, so the room is there from the start; what is not used is never filled.
 */
const bytesOfJson = 16;
/**
 * What documents leave behind is cleared when this many bytes have gathered. OPA's cache of compiled regular expressions goes
 * with it, and compiling one can take longer than judging a document; much more litter would not fit the processor's cache.
 */
const litterBytes = 1024 * 1024;
/** WASM memory never shrinks, so an instance that one huge document has blown up beyond what its data takes and this is replaced. */
const keptBytes = 64 * 1024 * 1024;

/** A policy that OPA compiled, ready to evaluate its only entrypoint. */
export interface OpaModule {
  /**
   * Evaluates the entrypoint for an input in JSON, with the data at an index (0). Gives OPA's result set in JSON. Throws where
   * the policy aborts, the input is no JSON or is nested too deeply, or memory runs out; the next call works all the same.
   */
  readonly evaluate: (input: string, data?: number) => string;
}

/**
 * Compiles a policy and loads the data, each in JSON, that it may be evaluated with. Throws where the bytes are no policy of OPA's, or one that needs functions from its
 * host: the compiler emits none that do. Written against OPA's interface rather than with its SDK, which would cost 18 ms at
 * start and copy each input twice. Memory grows up to `maximumPages` of 64 KiB beside what the data takes.
 */
export function loadOpaModule(wasm: Uint8Array, entrypoint: string, data: readonly string[], maximumPages: number = mostPages): OpaModule {
  const module = new Module(wasm);
  let instance: OpaInstance | undefined = new OpaInstance(module, entrypoint, data, maximumPages);
  return {
    evaluate: (input, index = 0) => {
      const running = instance ?? new OpaInstance(module, entrypoint, data, maximumPages);
      // A trap leaves the instance in an unknown state, so it comes back only after it has answered.
      instance = undefined;
      const result = running.evaluate(input, index);
      if (running.size <= running.loadedSize + keptBytes) instance = running;
      return result;
    },
  };
}

class OpaInstance {
  readonly #memory: WasmMemory;
  readonly #exports: OpaExports;
  readonly #entrypoint: number;
  readonly #data: readonly number[];
  /** The first free byte after the data. */
  readonly #start: number;
  /** How large its memory was once the data stood there. */
  readonly loadedSize: number;
  #bytes: Buffer;

  constructor(module: object, entrypoint: string, data: readonly string[], maximumPages: number) {
    const dataPages = Math.ceil((data.reduce((sum, json) => sum + json.length, 0) * bytesOfJson) / 65_536);
    this.#memory = new Memory({ initial: Math.min(initialPages + dataPages, addressablePages), maximum: Math.min(maximumPages + dataPages, addressablePages) });
    this.#bytes = Buffer.from(this.#memory.buffer);
    const abort = (address: number): never => {
      throw new Error(this.#text(address));
    };
    const builtin = (id: number): never => {
      throw new Error(`built-in function ${id} needs a host`);
    };
    const env = { memory: this.#memory, opa_abort: abort, opa_println: () => {}, opa_builtin0: builtin, opa_builtin1: builtin, opa_builtin2: builtin, opa_builtin3: builtin, opa_builtin4: builtin };
    this.#exports = new Instance(module, { env }).exports as OpaExports;

    const { opa_wasm_abi_version: version, opa_wasm_abi_minor_version: minor } = this.#exports;
    if (version.value !== 1 || minor.value < 2) throw new Error(`OPA's WASM interface is ${version.value}.${minor.value}; 1.2 is needed`);
    const builtins = Object.keys(this.#dump(this.#exports.builtins()));
    if (builtins.length > 0) throw new Error(`the policy calls functions that WASM does not hold: ${builtins.join(", ")}`);
    const entrypoints = this.#dump(this.#exports.entrypoints());
    const found = entrypoints[entrypoint];
    if (found === undefined) throw new Error(`the policy has no entrypoint ${entrypoint}`);
    this.#entrypoint = found;
    this.#data = data.map((json) => this.#parse(json));
    this.#start = (this.#exports.opa_heap_ptr_get() + 7) & ~7;
    this.loadedSize = this.size;
  }

  get size(): number {
    return this.#memory.buffer.byteLength;
  }

  evaluate(input: string, index: number): string {
    const opa = this.#exports;
    if (opa.opa_heap_ptr_get() - this.#start > litterBytes) opa.opa_heap_ptr_set(this.#start);
    const context = opa.opa_eval_ctx_new();
    opa.opa_eval_ctx_set_input(context, this.#parse(input));
    opa.opa_eval_ctx_set_data(context, this.#data[index] ?? 0);
    opa.opa_eval_ctx_set_entrypoint(context, this.#entrypoint);
    opa.eval(context);
    return this.#text(opa.opa_json_dump(opa.opa_eval_ctx_get_result(context)));
  }

  #parse(json: string): number {
    const length = Buffer.byteLength(json);
    const address = this.#exports.opa_malloc(length);
    this.#view().write(json, address, "utf8");
    const value = this.#exports.opa_json_parse(address, length);
    if (value === 0) throw new Error("it is no JSON");
    return value;
  }

  #dump(value: number): Record<string, number> {
    return JSON.parse(this.#text(this.#exports.opa_json_dump(value))) as Record<string, number>;
  }

  /** The zero-terminated text at an address. */
  #text(address: number): string {
    const bytes = this.#view();
    return bytes.toString("utf8", address, bytes.indexOf(0, address));
  }

  /** The memory as it is now: growing it detaches older views. */
  #view(): Buffer {
    if (this.#bytes.length !== this.size) this.#bytes = Buffer.from(this.#memory.buffer);
    return this.#bytes;
  }
}
