import type { CompiledControl } from "../../../src/backends/backend.ts";
import { judgesPods } from "../../../src/ir/control.ts";
import type { Case } from "./case.ts";
import { podSpecIn } from "./random-cases.ts";
import { isValid } from "./shrink.ts";

type Json = Record<string, unknown>;

/** How many containers, rules or addresses an object at the limits has. */
const many = 500;

/** How many rules a long audit policy has. Each is held to each resource that is asked about, which takes more memory than WASM is given for 500. */
const manyAuditRules = 40;

const judgesAuditPolicies = ({ check }: CompiledControl): boolean => check.match.kinds.some(({ apiVersion, kind }) => apiVersion === "audit.k8s.io/v1" && kind === "Policy");

/** The control's own cases at the limits of engines: each list of a pod with 500 containers, other lists as long (40 in audit policies), and over 200 KB beside them. */
export function largeCases(control: CompiledControl): readonly Case[] {
  const { fail, pass } = control.control;
  return [...fail.slice(0, 2), ...pass.slice(0, 1)].flatMap(({ kubernetesMinor, object, parameters }, index): readonly Case[] => {
    const around = { operation: "CREATE" as const, ...(kubernetesMinor === undefined ? {} : { kubernetesMinor }), ...(parameters === undefined ? {} : { parameters }) };
    const { metadata, ...others } = object as unknown as Json & { readonly metadata?: Json };
    const heavy = { ...others, metadata: { ...metadata, annotations: { ...(metadata?.["annotations"] as Json | undefined), note: "x".repeat(210_000) } } };
    const long = judgesPods(control.check.match) && podSpecIn(object as unknown as Json) !== undefined ? manyContainers(object as unknown as Json) : [repeated(object, judgesAuditPolicies(control) ? manyAuditRules : many)];
    return [{ name: `large object ${index}`, object: heavy, ...around }, ...long.map((each, place) => ({ name: `long object ${index}.${place}`, object: each, ...around }))].filter((each) => isValid(each.object));
  });
}

/** An object with 500 of its containers, all in one list, for each list; each has a name of its own. */
function manyContainers(object: Json): readonly unknown[] {
  return ["initContainers", "containers", "ephemeralContainers"].flatMap((list) => {
    const copy = structuredClone(object);
    const spec = podSpecIn(copy);
    if (spec === undefined) return [];
    const given = ["initContainers", "containers", "ephemeralContainers"].flatMap((name) => (spec[name] ?? []) as Json[]);
    if (given.length === 0) return [];
    spec["containers"] ??= [];
    spec[list] = Array.from({ length: many }, (_, index) => ({ ...given[index % given.length], name: `container-${index}` }));
    return [copy];
  });
}

/** A value whose lists are repeated until they have so many elements, the innermost ones but three times. */
function repeated(value: unknown, most: number): unknown {
  if (Array.isArray(value)) return value.length === 0 ? value : Array.from({ length: most }, (_, index) => repeated(value[index % value.length], 3));
  return typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value).map(([name, member]) => [name, repeated(member, most)])) : value;
}
