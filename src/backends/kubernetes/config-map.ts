import { annotationsOf } from "../annotations.ts";
import type { CompiledControl, KubernetesOptions } from "../backend.ts";
import { printCel } from "../cel/print.ts";
import type { ControlSettings, PolicyVariable } from "../cel/settings.ts";
import { atom, binary, call, type Cel, index, list, method, select } from "../cel/syntax.ts";
import { stringLiteral } from "../cel/text.ts";
import { faultText, type ParameterTexts, parameterTexts } from "./parameter-texts.ts";

/** How a control reads its parameters from a ConfigMap. */
export interface ConfigMapParameters {
  /** What the printer of CEL is told. */
  readonly settings: Pick<ControlSettings, "parameterValue" | "variables">;
  readonly paramKind: Readonly<Record<string, unknown>>;
  readonly paramRef: Readonly<Record<string, unknown>>;
  /** The ConfigMap with the target's values. */
  readonly manifest: Readonly<Record<string, unknown>>;
  /** Holds where the ConfigMap is in order, and says what is wrong with it. */
  readonly validation: Readonly<Record<string, unknown>>;
  /** Holds where the ConfigMap has faults: then the control has no verdict of its own. */
  readonly isFaulty: Cel;
  /** The expressions of the validation. */
  readonly syntax: { readonly holds: Cel; readonly message: Cel };
  /** Parameters that are written into the policy all the same, for their values are no texts. */
  readonly inline: readonly string[];
}

const [texts, faults] = ["configMap", "configMapFaults"].map((name) => select(atom("variables"), name)) as [Cel, Cel];

/** The keys that a ConfigMap may have (k8s.io/apimachinery pkg/util/validation). */
const configMapKey = /^[-._a-zA-Z0-9]{1,253}$/;

/** The name of a control's ConfigMap. */
const configMapName = (id: string): string => id;

/**
 * The parameters of a control as a ConfigMap, in texts; undefined where none of them has that form. A missing key is a fault,
 * as is a text that stands for no value of its parameter: the policy then denies and says why, and asks nothing else. A missing
 * ConfigMap is refused by the API server itself.
 */
export function configMapParameters(compiled: CompiledControl, values: Readonly<Record<string, unknown>>, { namespace }: KubernetesOptions): ConfigMapParameters | undefined {
  const { control, id } = compiled;
  const written = new Map<string, { readonly form: ParameterTexts; readonly text: string; readonly schema: Readonly<Record<string, unknown>> }>();
  for (const [name, { schema }] of Object.entries(control.parameters)) {
    const form = configMapKey.test(name) ? parameterTexts(schema) : undefined;
    const text = form?.write(values[name]);
    if (form !== undefined && text !== undefined) written.set(name, { form, text, schema });
  }
  if (written.size === 0) return undefined;
  const name = configMapName(id);
  const what = `ConfigMap ${namespace}/${name}`;
  // Its values are trimmed once. Where the binding brings none, every key is missing.
  const data = method(method({ kind: "select", target: call("optional.ofNonZeroValue", call("dyn", atom("params"))), name: "data", optional: true }, "orValue", { kind: "map", entries: [] }), "transformMap", atom("key"), atom("value"), method(atom("value"), "trim"));
  const found = list(...[...written].map(([key, { form }]) => faultText(texts, key, form)));
  const holds = binary("==", call("size", faults), atom("0"));
  const message = binary("+", stringLiteral(`The ${what} `), method(faults, "join", stringLiteral("; ")));
  const variables: readonly PolicyVariable[] = [
    { name: "configMap", expression: data },
    { name: "configMapFaults", expression: method(found, "filter", atom("fault"), binary("!=", atom("fault"), stringLiteral(""))) },
  ];
  return {
    settings: {
      variables,
      parameterValue: (parameter) => {
        const own = written.get(parameter);
        return own === undefined ? undefined : { expression: own.form.read(index(texts, stringLiteral(parameter))), schema: own.schema, isTidy: true };
      },
    },
    paramKind: { apiVersion: "v1", kind: "ConfigMap" },
    paramRef: { name, namespace, parameterNotFoundAction: "Deny" },
    manifest: {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name, namespace, annotations: annotationsOf(compiled) },
      data: Object.fromEntries([...written].map(([key, { text }]) => [key, text])),
    },
    validation: {
      expression: printCel(holds),
      message: `The ${what} has faults`,
      messageExpression: printCel(message),
      reason: "Invalid",
    },
    isFaulty: binary(">", call("size", faults), atom("0")),
    syntax: { holds, message },
    inline: Object.keys(control.parameters).filter((parameter) => !written.has(parameter)),
  };
}
