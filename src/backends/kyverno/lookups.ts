import { lookedUpKinds } from "../../ir/lookups.ts";
import { fixSettings } from "../../passes/fix-settings.ts";
import { kindParts, pluralOf } from "../../kubernetes/scope.ts";
import type { CompiledControl } from "../backend.ts";
import type { OpaSettings } from "../opa/manifest.ts";
import { atom, call, type Cel, emptyList, method, select, ternary } from "../cel/syntax.ts";
import { stringLiteral } from "../cel/text.ts";

/**
 * `resource.List(apiVersion, plural, namespace).items`, Kyverno's own function (sdk extensions/cel/libs/resource). It takes an empty
 * namespace for all of them, and fails for a text that could be no part of a path. Where it fails, so does the policy, and a policy
 * that fails denies: so it is asked for nothing but what may be a namespace. Undefined for kinds that no API server serves.
 */
export function listOf(kindName: string, namespace: Cel | undefined): Cel | undefined {
  const plural = pluralOf(kindName);
  if (plural === undefined) return undefined;
  // Its type is none of CEL's own, which a macro would not walk.
  const list = (place: Cel): Cel => call("dyn", select(method(atom("resource"), "List", stringLiteral(kindParts(kindName).apiVersion), stringLiteral(plural), place), "items"));
  const none = stringLiteral("");
  return namespace === undefined ? list(none) : namespace.kind === "atom" ? list(namespace) : ternary(method(namespace, "matches", stringLiteral(namespaceForm)), list(namespace), emptyList);
}

/** What the name of every namespace is made of, and little else. */
const namespaceForm = "^[a-z0-9-]+$";

/** Which of Kyverno's controllers ask: at admission, and when they scan what is there. */
const aggregated = ["rbac.kyverno.io/aggregate-to-admission-controller", "rbac.kyverno.io/aggregate-to-reports-controller"] as const;

/** The ClusterRole that lets Kyverno list what a control looks up under a target's settings; undefined where it looks up nothing. */
export function readerRole({ check, id }: CompiledControl, { kubernetesMinor, parameters }: OpaSettings): Readonly<Record<string, unknown>> | undefined {
  const kinds = lookedUpKinds(fixSettings(kubernetesMinor, parameters[id] ?? {}).run(check));
  if (kinds.length === 0) return undefined;
  const groups = new Map<string, string[]>();
  for (const kindName of kinds) {
    const { apiVersion } = kindParts(kindName);
    const group = apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
    const plural = pluralOf(kindName);
    if (plural !== undefined) groups.set(group, [...new Set([...(groups.get(group) ?? []), plural])]);
  }
  return {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata: { name: `kyverno-portcullis-${id}`, labels: Object.fromEntries(aggregated.map((label) => [label, "true"])), annotations: { "portcullis.dev/control": id } },
    rules: [...groups].map(([group, resources]) => ({ apiGroups: [group], resources, verbs: ["get", "list", "watch"] })),
  };
}
