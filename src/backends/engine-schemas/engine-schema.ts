import { readFileSync } from "node:fs";
import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";

/** The engines whose documents have schemas here. */
export type SchemaEngine = "gatekeeper" | "kubernetes" | "kustomize" | "kyverno" | "tetragon";

/** What `<engine>.json` holds: by version the definition of each kind, as `apps/v1/Deployment`; `…/*` stands for kinds that templates make. */
interface SchemaFile {
  readonly versions: Readonly<Record<string, { readonly sources: readonly string[]; readonly kinds: Readonly<Record<string, string>> }>>;
  readonly definitions: Readonly<Record<string, object>>;
}

/** Says what in a document does not fit, one text for each fault; nothing where all fits. */
export type Check = (document: unknown) => readonly string[];

/** The schemas of one engine. What is compiled is kept, so a kind costs its compilation once. */
export interface EngineSchema {
  /** The versions that there are schemas of, oldest first. */
  readonly versions: readonly string[];
  /** How a version takes a kind; undefined for a kind that it does not know. */
  check(version: string, apiVersion: string, kind: string): Check | undefined;
}

const loaded = new Map<SchemaEngine, EngineSchema>();

/** The schemas of an engine, read at the first call. */
export function engineSchema(engine: SchemaEngine): EngineSchema {
  const known = loaded.get(engine);
  if (known !== undefined) return known;
  // src/ and dist/ lie side by side in the package, so one address serves the sources under test and the built files.
  const file = new URL(`../../../src/backends/engine-schemas/${engine}.json`, import.meta.url);
  const schema = compiledLater(JSON.parse(readFileSync(file, "utf8")) as SchemaFile);
  loaded.set(engine, schema);
  return schema;
}

function compiledLater({ definitions, versions }: SchemaFile): EngineSchema {
  const ajv = newAjv();
  ajv.addSchema({ $id: "engine", definitions });
  const checks = new Map<string, Check>();
  return {
    versions: Object.keys(versions).sort(compareVersions),
    check(version, apiVersion, kind) {
      const kinds = versions[version]?.kinds ?? {};
      const name = [`${apiVersion}/${kind}`, `${apiVersion}/*`].map((key) => (Object.hasOwn(kinds, key) ? kinds[key] : undefined)).find((definition) => definition !== undefined);
      if (name === undefined) return undefined;
      const check = checks.get(name) ?? checkOf(ajv.compile({ $ref: `engine#/definitions/${name}` }));
      checks.set(name, check);
      return check;
    },
  };
}

let lenient: Ajv | undefined;

/** A schema that is an emitted document's own, which may hold words that only Kubernetes knows. */
export function schemaCheck(schema: object): Check {
  lenient ??= newAjv(false);
  return checkOf(lenient.compile(schema));
}

/**
 * Ajv without the pass that shortens the code it makes, and with a function for each definition: a ClusterPolicy then compiles in
 * 50 ms instead of 420 ms, and checks no slower.
 */
const newAjv = (strict = true): Ajv => new Ajv({ strict, allErrors: true, inlineRefs: false, strictTypes: false, strictRequired: false, validateSchema: false, code: { optimize: false }, formats: { "date-time": (text: string) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(Date.parse(text)) } });

function checkOf(validate: ValidateFunction): Check {
  return (document) => {
    if (validate(document)) return [];
    // What failed inside `if … then` is among the errors by itself.
    return (validate.errors ?? []).filter(({ keyword }) => keyword !== "if").map(describe);
  };
}

function describe({ instancePath, message = "does not fit", params }: ErrorObject): string {
  const detail = params["additionalProperty"] ?? params["allowedValues"] ?? params["allowedValue"];
  return `${instancePath === "" ? "/" : instancePath} ${message}${detail === undefined ? "" : `: ${JSON.stringify(detail)}`}`;
}

/** Orders `1.9` before `1.19`; a third part counts where both have one. */
export function compareVersions(left: string, right: string): number {
  const [a, b] = [left, right].map((version) => version.split(".").map(Number));
  for (const [index, part] of (a ?? []).entries()) if (b?.[index] !== undefined && part !== b[index]) return part - b[index];
  return 0;
}
