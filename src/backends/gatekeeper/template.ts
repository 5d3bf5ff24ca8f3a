import { annotationsOf } from "../annotations.ts";
import type { CompiledControl } from "../backend.ts";
import type { CelSource } from "./cel-source.ts";
import { parametersSchema } from "./parameters-schema.ts";
import type { RegoSource } from "./rego-source.ts";
import { syncAnnotation } from "./sync.ts";

/** What catalogues of templates ask for: the version of what a constraint may set. */
const templateVersion = "1.0.0";

/** The annotations that Gatekeeper's own tools read, in place of those that every object carries. */
const names: Readonly<Record<string, string>> = { "portcullis.dev/title": "metadata.gatekeeper.sh/title", "portcullis.dev/description": "description" };

/** One template holds one language: where there are two, Gatekeeper runs CEL alone and falls back to nothing. */
type Source = { readonly rego: RegoSource } | { readonly cel: CelSource };

/** The ConstraintTemplate of a control. */
export function templateOf(compiled: CompiledControl, kind: string, source: Source): Readonly<Record<string, unknown>> {
  const { parameters } = compiled.control;
  const annotations = Object.entries(annotationsOf(compiled)).map(([name, value]) => [names[name] ?? name, value] as const);
  const validation = Object.keys(parameters).length === 0 ? {} : { validation: { openAPIV3Schema: parametersSchema(parameters) } };
  return {
    apiVersion: "templates.gatekeeper.sh/v1",
    kind: "ConstraintTemplate",
    metadata: { name: kind.toLowerCase(), annotations: { ...Object.fromEntries(annotations), "metadata.gatekeeper.sh/version": templateVersion, ...("rego" in source ? syncAnnotation(compiled) : {}) } },
    spec: {
      crd: { spec: { names: { kind }, ...validation } },
      targets: [{ target: "admission.k8s.gatekeeper.sh", code: [codeOf(source)] }],
    },
  };
}

function codeOf(source: Source): Readonly<Record<string, unknown>> {
  if ("cel" in source) return { engine: "K8sNativeValidation", source: source.cel };
  const { library, rego } = source.rego;
  return { engine: "Rego", source: { version: "v1", ...(library === undefined ? {} : { libs: [library] }), rego } };
}
