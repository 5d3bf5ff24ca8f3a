import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CompiledControl } from "../../src/backends/backend.ts";
import { emitRego } from "../../src/backends/opa/emit-rego.ts";
import { entrypoint } from "../../src/backends/opa/manifest.ts";
import { nativeBuiltins } from "../../src/backends/opa/native-builtins.ts";
import { compile } from "../../src/compile.ts";
import { defaultParameters, judge, newestMinor } from "../../src/plain/judge.ts";
import { compareViolations, type Violation } from "../../src/plain/violation.ts";
import { createSchemaValidator } from "../../src/kubernetes/schema-validator.ts";
import { ObjectMutations, randomNumbers } from "../object-mutations.ts";
import { engineBinary } from "./engine.ts";
import { looksUp } from "../left-out.ts";

/** How many objects each control judges, and what they are made from. A longer run: PORTCULLIS_OBJECTS=20000 PORTCULLIS_SEED=$RANDOM. */
const objectsEach = Number(process.env["PORTCULLIS_OBJECTS"] ?? 400);
const seed = Number(process.env["PORTCULLIS_SEED"] ?? 1);

// A CommonJS package whose types say that it is a module.
const { loadPolicySync } = createRequire(import.meta.url)("@open-policy-agent/opa-wasm") as typeof import("@open-policy-agent/opa-wasm");

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "portcullis-rego-"));
let opa = "";

beforeAll(async () => {
  opa = await engineBinary("opa");
});

afterAll(() => rmSync(folder, { recursive: true }));

/** What OPA is asked, as `check` and the admission backends ask it. */
interface Input {
  readonly object: unknown;
  readonly oldObject?: unknown;
  readonly operation: "CREATE" | "UPDATE";
  readonly userInfo: unknown;
  readonly namespaceObject?: unknown;
}

interface Settings {
  readonly kubernetesMinor: number;
  readonly controls: Readonly<Record<string, true>>;
  readonly parameters: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

for (const policies of ["policies", "test/fixtures/rego"]) {
  describe(policies, () => {
    const { controls, diagnostics } = compile(root, join(root, policies));
    const emitted = emitRego(controls);
    const home = join(folder, policies.replaceAll("/", "-"));

    beforeAll(() => {
      for (const { path, text } of emitted.files) {
        mkdirSync(dirname(join(home, path)), { recursive: true });
        writeFileSync(join(home, path), text);
      }
    });

    it("compiles without a diagnostic", () => expect(diagnostics).toEqual([]));

    it("is canonical, so that OPA's formatter has nothing to change", () => {
      expect(execFileSync(opa, ["fmt", "--list", join(home, "rego")], { encoding: "utf8" })).toBe("");
    });

    it("passes OPA's strict compiler with nothing but builtins that its WASM has itself", () => {
      const all = JSON.parse(execFileSync(opa, ["capabilities", "--current"], { encoding: "utf8" })) as { readonly builtins: readonly { readonly name: string }[] };
      const capabilities = join(folder, "capabilities.json");
      writeFileSync(capabilities, JSON.stringify({ ...all, builtins: all.builtins.filter(({ name }) => nativeBuiltins.includes(name)) }));
      expect(() => execFileSync(opa, ["check", "--strict", "--capabilities", capabilities, join(home, "rego")], { stdio: "pipe" })).not.toThrow();
    });

    it("finds in WASM what the plain run finds, whatever is absent or null", () => {
      const policy = loadPolicySync(moduleOf(home), { initial: 64 });
      const compared = controls.map((control) => differences(control, (input, settings) => {
        policy.setData({ settings });
        return resultOf(policy.evaluate(input, entrypoint));
      }));
      expect(compared.flatMap(({ disagreements }) => disagreements).slice(0, 3)).toEqual([]);
      // A run in which nothing was denied would prove nothing. Without other objects there is nothing to find for what looks at them alone.
      const alone = new Set(controls.filter(looksUp).map(({ id }) => id));
      for (const { id, denied, judged } of compared) expect({ id, denied: denied > 0 || alone.has(id), judged: judged > objectsEach / 4 }).toEqual({ id, denied: true, judged: true });
    });
  });
}

it("finds the same with OPA's own evaluator", () => {
  const { controls } = compile(root, join(root, "test/fixtures/rego"));
  const home = join(folder, "test-fixtures-rego");
  for (const control of controls) {
    const mutations = new ObjectMutations(control.control, control.check, randomNumbers(seed));
    const inputs = Array.from({ length: 12 }, () => ({ object: mutations.next(), operation: "CREATE", userInfo: { username: "alice", groups: ["g"] } }) as const);
    const settings: Settings = { kubernetesMinor: newestMinor, controls: { [control.id]: true }, parameters: { [control.id]: defaultParameters(control.control) } };
    writeFileSync(join(home, "batch.json"), JSON.stringify({ batch: inputs, settings }));
    const query = "[found | some item in data.batch; found := data.portcullis.violations with input as item]";
    const printed = execFileSync(opa, ["eval", "--data", home, "--format", "raw", query], { encoding: "utf8" });
    const found = (JSON.parse(printed) as Violation[][]).map((violations) => violations.sort(compareViolations));
    for (const [index, input] of inputs.entries()) {
      const plain = plainRun(control, input, settings);
      if (plain !== undefined) expect({ input, found: found[index] }).toEqual({ input, found: plain });
    }
  }
});

/** The module that OPA compiles the policies of a folder to. */
function moduleOf(home: string): Buffer {
  const bundle = join(home, "bundle.tar.gz");
  execFileSync(opa, ["build", "--target", "wasm", "--entrypoint", entrypoint, "--output", bundle, join(home, "rego")]);
  execFileSync("tar", ["--extract", "--gzip", "--file", bundle, "--directory", home, "/policy.wasm"], { stdio: "pipe" });
  rmSync(bundle);
  return readFileSync(join(home, "policy.wasm"));
}

const resultOf = (results: unknown): Violation[] => ((results as readonly { readonly result: Violation[] }[])[0]?.result ?? []).sort(compareViolations);

const schemas = createSchemaValidator();

/** The violations of the plain run; undefined of an object that breaks its schema, for which no types and so no meaning hold. */
function plainRun({ control, id }: CompiledControl, input: Input, settings: Settings): Violation[] | undefined {
  const { object, oldObject, operation, userInfo, namespaceObject } = input;
  if (![object, oldObject].every(isWellTyped)) return undefined;
  return judge(control, id, { object, oldObject, operation, user: userInfo, namespace: namespaceObject, kubernetesMinor: settings.kubernetesMinor, parameters: settings.parameters[id] ?? {} });
}

function isWellTyped(object: unknown): boolean {
  if (object === undefined) return true;
  const { apiVersion, kind } = object as { readonly apiVersion?: unknown; readonly kind?: unknown };
  if (typeof apiVersion !== "string" || typeof kind !== "string") return false;
  const verdict = schemas.validate(apiVersion, kind, object);
  return verdict.known && verdict.errors.length === 0;
}

function differences(compiled: CompiledControl, evaluate: (input: Input, settings: Settings) => Violation[]): { readonly id: string; readonly denied: number; readonly judged: number; readonly disagreements: unknown[] } {
  const { id, control, check } = compiled;
  const random = randomNumbers(seed);
  const mutations = new ObjectMutations(control, check, random);
  const cases = [...control.pass, ...control.fail];
  const disagreements: unknown[] = [];
  let denied = 0;
  let judged = 0;
  for (let count = 0; count < objectsEach; count += 1) {
    const { parameters = {}, kubernetesMinor } = mutations.pick(cases);
    const settings = { kubernetesMinor: kubernetesMinor ?? mutations.pick([25, 28, 31, 34, 35, newestMinor]), controls: { [id]: true } as const, parameters: { [id]: { ...defaultParameters(control), ...parameters } } };
    const input: Input = {
      object: mutations.next(),
      operation: mutations.pick<"CREATE" | "UPDATE">(["CREATE", "UPDATE"]),
      userInfo: mutations.pick([{ username: "alice", groups: ["g"] }, { username: null }, {}]),
      ...(random() < 0.5 ? { oldObject: mutations.next() } : {}),
      ...(random() < 0.5 ? { namespaceObject: { metadata: { labels: { strict: mutations.pick(["true", "", null]) } } } } : {}),
    };
    const plain = plainRun(compiled, input, settings);
    if (plain === undefined) continue;
    judged += 1;
    if (plain.length > 0) denied += 1;
    const found = evaluate(input, settings);
    if (JSON.stringify(found.map(ordered)) !== JSON.stringify(plain.map(ordered))) disagreements.push({ id, input, settings, plain, found });
  }
  return { id, denied, judged, disagreements };
}

const ordered = ({ control, finding, path, message }: Violation): unknown => [control, finding, path, message];
