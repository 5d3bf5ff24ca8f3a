/** The part of the WebAssembly API that is used here; Node's own types leave it out. */
interface WebAssemblyApi {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: Readonly<Record<string, Readonly<Record<string, unknown>>>>) => { readonly exports: unknown };
  readonly Memory: new (limits: { readonly initial: number; readonly maximum?: number }) => WasmMemory;
}

interface WasmMemory {
  readonly buffer: ArrayBuffer;
  readonly grow: (pages: number) => number;
}

/** OPA's WASM interface, version 1.2: https://www.openpolicyagent.org/docs/wasm */
interface OpaExports {
  readonly opa_wasm_abi_version: { readonly value: number };
  readonly opa_wasm_abi_minor_version: { readonly value: number };
  readonly opa_malloc: (size: number) => number;
  readonly opa_json_parse: (address: number, length: number) => number;
  readonly opa_json_dump: (address: number) => number;
  readonly opa_heap_ptr_get: () => number;
  readonly builtins: () => number;
  readonly entrypoints: () => number;
  readonly opa_eval: (reserved: 0, entrypoint: number, data: number, input: number, inputLength: number, heap: number, format: 0) => number;
}

const { Module, Instance, Memory } = (globalThis as unknown as { readonly WebAssembly: WebAssemblyApi }).WebAssembly;

const pageSize = 65_536;
/** Room for the code's own data and a usual document; more is added when a document asks for it. */
const initialPages = 64;
/** 1 GiB. A document that needs more is refused instead of filling the machine. */
const mostPages = 16_384;
/** WASM memory never shrinks, so an instance that one huge document has blown up beyond this is replaced. */
const keptBytes = 64 * 1024 * 1024;

/** A policy that OPA compiled, ready to evaluate its only entrypoint. */
export interface OpaModule {
  /**
   * Evaluates the entrypoint for an input in JSON. Gives OPA's result set in JSON. Throws where the policy aborts, the input is
   * no JSON or is nested too deeply, or memory runs out; the next call works all the same.
   */
  readonly evaluate: (input: string) => string;
}

/**
 * Compiles a policy and loads its data. Throws where the bytes are no policy of OPA's, or one that needs functions from its
 * host: the compiler emits none that do. Written against OPA's interface rather than with its SDK, which would cost 18 ms at
 * start and copy each input twice. Memory grows up to `maximumPages` of 64 KiB.
 */
export function loadOpaModule(wasm: Uint8Array, entrypoint: string, data: string, maximumPages: number = mostPages): OpaModule {
  const module = new Module(wasm);
  let instance: OpaInstance | undefined = new OpaInstance(module, entrypoint, data, maximumPages);
  return {
    evaluate: (input) => {
      const running = instance ?? new OpaInstance(module, entrypoint, data, maximumPages);
      // A trap leaves the instance in an unknown state, so it comes back only after it has answered.
      instance = undefined;
      const result = running.evaluate(input);
      if (running.size <= keptBytes) instance = running;
      return result;
    },
  };
}

class OpaInstance {
  readonly #memory: WasmMemory;
  readonly #exports: OpaExports;
  readonly #entrypoint: number;
  readonly #data: number;
  /** Where an input is written: the first free byte after the data. */
  readonly #start: number;
  #bytes: Buffer;

  constructor(module: object, entrypoint: string, data: string, maximumPages: number) {
    this.#memory = new Memory({ initial: initialPages, maximum: maximumPages });
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
    this.#data = this.#parse(data);
    this.#start = (this.#exports.opa_heap_ptr_get() + 7) & ~7;
  }

  get size(): number {
    return this.#memory.buffer.byteLength;
  }

  evaluate(input: string): string {
    const length = this.#write(input, this.#start);
    const heap = (this.#start + length + 7) & ~7;
    return this.#text(this.#exports.opa_eval(0, this.#entrypoint, this.#data, this.#start, length, heap, 0));
  }

  #parse(json: string): number {
    const address = this.#exports.opa_malloc(Buffer.byteLength(json));
    const value = this.#exports.opa_json_parse(address, this.#write(json, address));
    if (value === 0) throw new Error("OPA could not read its data");
    return value;
  }

  #dump(value: number): Record<string, number> {
    return JSON.parse(this.#text(this.#exports.opa_json_dump(value))) as Record<string, number>;
  }

  /** Writes text as UTF-8 and gives its length in bytes. */
  #write(text: string, address: number): number {
    // A UTF-16 unit takes three bytes at most; counting exactly is needed only where that would not fit.
    if (address + text.length * 3 > this.size) {
      const missing = address + Buffer.byteLength(text) - this.size;
      if (missing > 0) this.#memory.grow(Math.ceil(missing / pageSize));
    }
    return this.#view().write(text, address, "utf8");
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
