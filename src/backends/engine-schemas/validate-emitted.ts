import { kubernetesSchemas } from "../../kubernetes/schema-store.ts";
import type { Backend, EmittedFile } from "../backend.ts";
import { rulesFaults } from "../falco/check/rules-faults.ts";
import { policyFaults } from "../tetragon/check/policy-faults.ts";
import { type Check, engineSchema, type SchemaEngine, schemaCheck } from "./engine-schema.ts";
import { parameterSchema } from "./parameters.ts";
import { appliedFiles, type EmittedDocument, readEmitted } from "./read-emitted.ts";
import { versionsToFit } from "./versions.ts";

/** Whose documents a backend emits. */
const engines: Readonly<Record<string, SchemaEngine | "falco" | "none">> = {
  falco: "falco",
  gatekeeper: "gatekeeper",
  kubernetes: "kubernetes",
  kyverno: "kyverno",
  "kyverno-legacy": "kyverno",
  // Rego, WASM and JSON of our own: nothing that an engine has a schema for.
  opa: "none",
  tetragon: "tetragon",
};

/** The most bytes of all annotations of an object, keys included (k8s.io/apimachinery pkg/api/validation/objectmeta.go). */
const annotationLimit = 256 * 1024;

/**
 * Everything in emitted documents that the engine would refuse or, worse, drop without a word: unknown and misplaced fields, wrong
 * types and choices, what is missing, kinds that the engine does not have. Each names the file and the JSON pointer. None is the
 * fault of a user: a target that was validated gives documents that fit.
 *
 * @param engineVersion as the target names it; where it names none, the documents must fit every version that the backend serves
 */
export function emittedFaults(backend: Pick<Backend, "name" | "versions">, engineVersion: string | undefined, files: readonly EmittedFile[]): readonly string[] {
  const engine = engines[backend.name];
  if (engine === undefined) throw new Error(`there is no word on which schemas the documents of the backend ${backend.name} are held to`);
  if (engine === "none") return [];
  if (engine === "falco") return rulesFaults(files).map(asFault);
  const schema = engineSchema(engine);
  const versions = versionsToFit(schema.versions, engineVersion, backend.versions);
  const { documents, faults } = readEmitted(files);
  const isApplied = appliedFiles(documents);
  const found = documents.flatMap((document): readonly string[] => {
    if (!isApplied(document.path) && isKubernetes(document)) return [];
    const texts = versions.flatMap((version) => {
      const check = schema.check(version, document.apiVersion, document.kind) ?? kustomizeCheck(document);
      return check === undefined ? [`${engine} ${version} has no ${document.apiVersion} ${document.kind}`] : check(document.value).map((text) => `${text} (${document.kind} of ${engine} ${version})`);
    });
    return [...new Set([...texts, ...constraintFaults(document, documents), ...tracingFaults(document), ...annotationFaults(document)])].map((text) => `${document.path}: ${text}`);
  });
  return [...faults, ...found].map(asFault);
}

const asFault = (text: string): string => `Emitted ${text}. This is a fault of Portcullis, not of the target; nothing was written.`;

/** Objects to be judged, and requests with them, stand in the tests beside the policies: the author's, as they are. */
function isKubernetes({ apiVersion, kind }: EmittedDocument): boolean {
  const { kinds, lists } = kubernetesSchemas();
  const name = `${apiVersion}/${kind}`;
  return name === "v1/List" || name === "admission.k8s.io/v1/AdmissionReview" || Object.hasOwn(kinds, name) || Object.hasOwn(lists, name);
}

function kustomizeCheck({ apiVersion, kind }: EmittedDocument): Check | undefined {
  const schema = engineSchema("kustomize");
  return schema.check(schema.versions.at(-1) ?? "", apiVersion, kind);
}

/** What a constraint gives its template as parameters. */
function constraintFaults({ apiVersion, kind, value }: EmittedDocument, documents: readonly EmittedDocument[]): readonly string[] {
  if (!apiVersion.startsWith("constraints.gatekeeper.sh/")) return [];
  const schema = parameterSchema(kind, documents);
  if (schema === undefined) return [`no template is emitted for the constraint ${kind}`];
  const { parameters = {} } = (value["spec"] ?? {}) as { readonly parameters?: unknown };
  return schemaCheck(schema)(parameters).map((text) => `/spec/parameters${text} (the template's schema)`);
}

/** What Tetragon refuses of a policy although its CRD takes it. */
function tracingFaults({ apiVersion, value }: EmittedDocument): readonly string[] {
  return apiVersion.startsWith("cilium.io/") ? policyFaults(value["spec"]) : [];
}

function annotationFaults({ value }: EmittedDocument): readonly string[] {
  const { annotations = {} } = (value["metadata"] ?? {}) as { readonly annotations?: Readonly<Record<string, unknown>> };
  const size = Object.entries(annotations ?? {}).reduce((sum, [key, text]) => sum + Buffer.byteLength(key) + Buffer.byteLength(String(text)), 0);
  return size > annotationLimit ? [`/metadata/annotations take ${size} bytes, and an object's may take ${annotationLimit}`] : [];
}
