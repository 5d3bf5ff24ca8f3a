import { readFileSync } from "node:fs";
import { Ajv, type ErrorObject } from "ajv";
import { backends } from "../backends/index.ts";
import { formatPath } from "../plain/violation.ts";
import { selectControls } from "../profiles/selection.ts";
import { didYouMean } from "../text/closest.ts";
import { caseFolder } from "./case-book.ts";
import type { Catalogue } from "./catalogue.ts";
import { noSuchControl, selectable, watchesEvents } from "./detections.ts";
import { rolloutFaults } from "./rollout-validation.ts";
import type { Target, TargetFault } from "./target.ts";

// src/ and dist/ lie side by side in the package, so one address serves the sources under test and the built files.
const schemaFile = new URL("../../src/bundle/target.schema.json", import.meta.url);

/** Fields of the full format that `check` does not act on yet. Ignoring one would change what a verdict means. */
const unserved: readonly string[] = ["packaging"];

/** Everything that is wrong with the form of a target: every fault, not only the first. */
export function validateTargetForm(value: unknown): TargetFault[] {
  const ajv = new Ajv({ allErrors: true, verbose: true });
  // What editors show of a text that breaks a pattern, and so do we.
  ajv.addVocabulary(["patternErrorMessage"]);
  const validate = ajv.compile(JSON.parse(readFileSync(schemaFile, "utf8")) as object);
  if (validate(value)) return [];
  // The error of an `anyOf` says all that those of its branches do.
  return (validate.errors ?? []).filter(({ schemaPath }) => !schemaPath.includes("/anyOf/")).map(explain);
}

/**
 * Everything in a well-formed target that does not fit the controls at hand: unknown profiles, controls and parameters, values
 * that a parameter does not take, a Kubernetes version that the controls do not know, stages and exemptions that would do nothing.
 */
export function validateTargetContent({ metadata, spec }: Target, catalogue: Catalogue): TargetFault[] {
  const { oldest, newest } = catalogue.kubernetes;
  const minor = minorOf(spec.kubernetesVersion) ?? newest;
  const known = minor >= oldest && minor <= newest;
  const version: TargetFault[] = known ? [] : [{ path: ["spec", "kubernetesVersion"], at: "value", message: `Kubernetes 1.${minor} is not known: the controls judge for 1.${oldest} to 1.${newest}.` }];
  if (watchesEvents(spec.backend) && catalogue.detections === undefined) return [{ path: ["spec", "backend"], at: "value", message: `The backend ${spec.backend} watches events, which are not in manifests: judge an audit log with check --events, or give a target whose backend judges objects.` }];
  if (!watchesEvents(spec.backend) && catalogue.judges === "events") return [{ path: ["spec", "backend"], at: "value", message: `The backend ${spec.backend} judges objects: give a target whose backend watches events, such as falco.` }];
  const offered = selectable(spec.backend, catalogue);
  const { controls: selected, faults } = selectControls(offered, { ...spec.select, kubernetesMinor: minor });
  const selection = faults.map(({ field, index, message }): TargetFault => {
    const name = spec.select?.[field]?.[index];
    const isUnknown = field !== "profiles" && name !== undefined && !offered.some(({ id }) => id === name);
    return { path: name === undefined ? ["spec", "select"] : ["spec", "select", field, index], at: "value", message: isUnknown ? noSuchControl(name, spec.backend, catalogue) : message };
  });
  const stages = spec.backend === "opa" || watchesEvents(spec.backend) ? (["stage", "stages"] as const).filter((field) => spec[field] !== undefined).map((field): TargetFault => ({ path: ["spec", field], at: "key", message: onlyReports(field, spec.backend) })) : [];
  // Against a faulty selection, stages and exemptions would be found at fault for nothing.
  const rollout = selection.length > 0 || stages.length > 0 ? [] : rolloutFaults(spec, { offered, selected });
  const name: TargetFault[] = metadata.name === caseFolder ? [{ path: ["metadata", "name"], at: "value", message: `The folder ${caseFolder} beside those of the targets holds the derived cases of all of them; give the target another name.` }] : [];
  return [...name, ...version, ...engineFaults(spec), ...optionFaults(spec), ...killFaults(spec, selected), ...stages, ...selection, ...rollout, ...parameterFaults(spec, catalogue)];
}

/** Options of a backend that is not the target's, and a place for ConfigMaps where there are none. */
function optionFaults(spec: Target["spec"]): TargetFault[] {
  const foreign = (["gatekeeper", "kubernetes", "tetragon"] as const).filter((name) => spec[name] !== undefined && spec.backend !== name);
  const idle = foreign.length === 0 && spec.kubernetes?.namespace !== undefined && spec.kubernetes.parameters !== "configMap";
  return [
    ...foreign.map((name): TargetFault => ({ path: ["spec", name], at: "key", message: `spec.${name} is for the backend ${name}; this target's is ${spec.backend}.` })),
    ...(idle ? [{ path: ["spec", "kubernetes", "namespace"], at: "key", message: "spec.kubernetes.namespace is where ConfigMaps stand, and without parameters: configMap there are none." } as const] : []),
  ];
}

/** Detections that shall end processes, and are not in the target. */
function killFaults({ tetragon }: Target["spec"], selected: readonly { readonly id: string }[]): TargetFault[] {
  const ids = selected.map(({ id }) => id);
  return (tetragon?.kill ?? []).flatMap((id, index): TargetFault[] => (ids.includes(id) ? [] : [{ path: ["spec", "tetragon", "kill", index], at: "value", message: `The target selects no control "${id}".${didYouMean(id, ids)}` }]));
}

/** A backend that is not there yet, and an engine, or an API server as one, whose version cannot read what the backend emits. */
function engineFaults({ backend: name, engineVersion, kubernetesVersion }: Target["spec"]): TargetFault[] {
  const backend = backends.find((candidate) => candidate.name === name);
  if (backend === undefined) return [{ path: ["spec", "backend"], at: "value", message: `The backend ${JSON.stringify(name)} is not served yet: ${list(backends.map((each) => each.name))} are.` }];
  const { oldest, newest, because } = backend.versions ?? { because: "" };
  const given = { engineVersion, ...(name === "kubernetes" ? { kubernetesVersion } : {}) };
  return Object.entries(given).flatMap(([field, version]): TargetFault[] => {
    if (version === undefined) return [];
    const fault = (range: string): TargetFault => ({ path: ["spec", field], at: "value", message: `The backend ${name} needs ${range}: ${because}.` });
    if (oldest !== undefined && compareVersions(version, oldest) < 0) return [fault(`${oldest} or newer`)];
    return newest !== undefined && compareVersions(version, newest) > 0 ? [fault(`${newest} or older`)] : [];
  });
}

/** Compares versions by as many parts as the second has: `1.19.4` is no newer than `1.19`. */
function compareVersions(version: string, limit: string): number {
  const parts = version.split(".").map(Number);
  for (const [index, part] of limit.split(".").map(Number).entries()) if ((parts[index] ?? 0) !== part) return (parts[index] ?? 0) - part;
  return 0;
}

const list = (names: readonly string[]): string => new Intl.ListFormat("en").format(names);

const ignored = (name: string): string => `spec.${name} is not served yet, and a verdict that ignored it would mislead: remove it to use this target.`;

/** Stages are for admission. Were they taken and not kept, a target would promise what nothing does. */
const onlyReports = (name: string, backend: Target["spec"]["backend"]): string =>
  `spec.${name} says how far admission goes, and the backend ${backend} only reports: remove it${backend === "opa" ? ", or give check the target of an admission backend, whose violations all count" : ""}.`;

/** The minor of a Kubernetes version such as `1.37`; undefined for another text. */
export function minorOf(version: string | undefined): number | undefined {
  const digits = /^1\.(\d{1,3})$/.exec(version ?? "")?.[1];
  return digits === undefined ? undefined : Number(digits);
}

function parameterFaults({ backend, parameters = {} }: Target["spec"], catalogue: Catalogue): TargetFault[] {
  const ajv = new Ajv({ allErrors: true, verbose: true });
  return Object.entries(parameters).flatMap(([id, values]) => {
    const control = selectable(backend, catalogue).find((candidate) => candidate.id === id);
    if (control === undefined) return [{ path: ["spec", "parameters", id], at: "key", message: noSuchControl(id, backend, catalogue) }];
    return Object.entries(values).flatMap(([name, value]): TargetFault[] => {
      const path = ["spec", "parameters", id, name];
      if (!Object.hasOwn(control.parameters, name)) return [{ path, at: "key", message: unknownParameter(id, name, Object.keys(control.parameters)) }];
      const validate = ajv.compile(control.parameters[name]?.schema ?? {});
      return validate(value) ? [] : (validate.errors ?? []).map((error) => ({ ...explain(error), path: [...path, ...explain(error).path] }));
    });
  });
}

function unknownParameter(id: string, name: string, known: readonly string[]): string {
  if (known.length === 0) return `The control "${id}" has no parameters.`;
  const meant = didYouMean(name, known);
  return `The control "${id}" has no parameter "${name}".${meant === "" ? ` It has ${known.join(", ")}.` : meant}`;
}

/** Says what an error of ajv means to whoever wrote the file. */
function explain({ instancePath, keyword, params, data, parentSchema, message }: ErrorObject): TargetFault {
  const path = segments(instancePath);
  const fault = (text: string): TargetFault => ({ path, at: "value", message: text });
  switch (keyword) {
    case "additionalProperties": {
      const name = String(params["additionalProperty"]);
      const known = Object.keys((parentSchema?.["properties"] ?? {}) as object);
      const text = instancePath === "/spec" && unserved.includes(name) ? ignored(name) : `${ownerOf(path)} has no field "${name}".${didYouMean(name, known) || ` It has ${known.join(", ")}.`}`;
      return { path: [...path, name], at: "key", message: text };
    }
    case "required":
      return fault(`${ownerOf(path)} lacks the field "${String(params["missingProperty"])}".`);
    case "enum": {
      const allowed = (params["allowedValues"] as readonly unknown[]).map(String);
      return fault(`${JSON.stringify(data)} is none of ${allowed.join(", ")}.${didYouMean(String(data), allowed)}`);
    }
    case "const":
      return fault(`${JSON.stringify(data)} stands here where ${JSON.stringify(params["allowedValue"])} must.`);
    case "type":
      return fault(`This must be of type ${String(params["type"])}.${typeAdvice(params["type"], data)}`);
    case "pattern": {
      const own: unknown = parentSchema?.["patternErrorMessage"];
      return fault(`${JSON.stringify(data)} ${typeof own === "string" ? own.replace(/^This /, "") : `does not have the form ${String(params["pattern"])}.`}`);
    }
    case "anyOf":
      return fault(`${ownerOf(path)} lacks the field "profiles" or "controls".`);
    case "minItems":
      return fault("This list is empty, and would say nothing: fill it or remove it.");
    default:
      return fault(`This value ${message ?? "does not fit"}.`);
  }
}

function typeAdvice(wanted: unknown, data: unknown): string {
  if (wanted === "string") return typeof data === "number" || typeof data === "boolean" ? " Put it in quotes." : "";
  return wanted === "array" && typeof data === "string" ? ` Write a list: [${data}].` : "";
}

const ownerOf = (path: readonly (string | number)[]): string => (path.length === 0 ? "A target" : formatPath(path));

/** The steps of a JSON pointer; digits are taken for list indices. */
function segments(pointer: string): (string | number)[] {
  return pointer.split("/").slice(1).map((step) => (/^\d+$/.test(step) ? Number(step) : step.replaceAll("~1", "/").replaceAll("~0", "~")));
}
