import type { CompiledDetection } from "../backends/backend.ts";
import { backends } from "../backends/index.ts";
import type { ManifestControl } from "../backends/opa/manifest.ts";
import { didYouMean } from "../text/closest.ts";
import type { Catalogue } from "./catalogue.ts";
import type { Target } from "./target.ts";

/** What choosing and telling needs to know of a detection. */
export type DescribedDetection = Pick<CompiledDetection, "id" | "domain" | "detection">;

/** Detections in the form of controls, for what chooses and validates by id, profile and parameter. They match no kinds of objects. */
export function describeDetections(detections: readonly DescribedDetection[]): readonly ManifestControl[] {
  return detections.toSorted((left, right) => (left.id < right.id ? -1 : 1)).map(({ id, domain, detection }) => {
    const { title, description, severity, frameworks, response, rules } = detection;
    const parameters = Object.fromEntries(Object.entries(detection.parameters).map(([name, parameter]) => [name, { description: parameter.description, default: parameter.default, schema: parameter.schema }]));
    const findings = Object.fromEntries(rules.flatMap((rule) => (rule.finding === undefined ? [] : [[rule.finding, rule.title]])));
    return { id, domain, title, description, severity, frameworks, remediation: response, findings, replaces: [], match: { form: "kinds", kinds: [] }, parameters, capabilities: [] };
  });
}

/** Whether a backend is for an engine that watches events, and takes detections in the place of controls. */
export const watchesEvents = (backend: Target["spec"]["backend"]): boolean => backends.some(({ judges, name }) => name === backend && judges === "events");

/** Whether a target of a backend that watches events selects controls too, to report the objects that they would deny. */
export const reportsObjects = (backend: Target["spec"]["backend"]): boolean => backends.some(({ name, reportsObjects: reports }) => name === backend && reports === true);

/** What a target of a backend can select: controls, detections, or both. */
export function selectable(backend: Target["spec"]["backend"], { controls, detections = [] }: Catalogue): Catalogue["controls"] {
  if (!watchesEvents(backend)) return controls;
  return reportsObjects(backend) ? [...detections, ...controls] : detections;
}

/** Why there is nothing of this id for a backend. */
export function noSuchControl(id: string, backend: Target["spec"]["backend"], catalogue: Catalogue): string {
  const elsewhere = watchesEvents(backend) ? (reportsObjects(backend) ? [] : catalogue.controls) : (catalogue.detections ?? []);
  if (elsewhere.some((other) => other.id === id)) return watchesEvents(backend) ? `"${id}" judges objects, and the backend ${backend} watches events.` : `"${id}" watches events, and the backend ${backend} judges objects.`;
  return `There is no control "${id}".${didYouMean(id, selectable(backend, catalogue).map((candidate) => candidate.id))}`;
}
