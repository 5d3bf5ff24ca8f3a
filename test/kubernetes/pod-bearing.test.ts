import { expect, it } from "vitest";
import { resources } from "../../src/kubernetes/generated/resources.ts";
import { ephemeralContainersResource, podBearingKinds } from "../../src/kubernetes/pod-bearing.ts";
import { kubernetesSchemas, type Schema } from "../../src/kubernetes/schema-store.ts";
import { createSchemaValidator } from "../../src/kubernetes/schema-validator.ts";

const { definitions, kinds } = kubernetesSchemas();

/** The definition that a field of a definition refers to, with or without null. */
function definitionUnder(definition: string, field: string): string {
  const schema = definitions[definition]?.properties?.[field];
  const reference = schema?.$ref ?? schema?.allOf?.[0]?.$ref;
  return reference?.slice("#/definitions/".length) ?? `nothing at ${definition}.${field}`;
}

it("leads from every pod-bearing kind to a pod", () => {
  for (const { apiVersion, kind, podPath } of podBearingKinds) {
    const root = kinds[`${apiVersion}/${kind}`] ?? "";
    const pod = podPath.reduce<string>(definitionUnder, root);
    expect(definitionUnder(pod, "spec"), kind).toBe("corev1.PodSpec");
  }
});

it("names every top-level kind with a pod template under its spec", () => {
  const holds = (definition: string | undefined): boolean => {
    const schema: Schema | undefined = definitions[definition ?? ""];
    return Object.keys(schema?.properties ?? {}).some((field) => {
      const under = definitionUnder(definition ?? "", field);
      return under === "corev1.PodTemplateSpec" || under === "corev1.PodSpec" || (/(Spec)$/.test(under) && holds(under));
    });
  };
  const found = Object.keys(kinds).filter((name) => holds(kinds[name]));
  // A PodTemplate runs nothing by itself: whoever copies it makes an object that is judged.
  expect(found.filter((name) => name !== "v1/PodTemplate")).toEqual(podBearingKinds.map(({ apiVersion, kind }) => `${apiVersion}/${kind}`).sort());
});

it("names the plural under which the API server serves each kind", () => {
  const served = new Map<string, unknown>(Object.entries(resources));
  for (const { apiVersion, kind, resource } of podBearingKinds) {
    expect(served.get(`${apiVersion}/${kind}`)).toEqual({ plural: resource, scope: "Namespaced" });
  }
  expect(ephemeralContainersResource).toBe("pods/ephemeralcontainers");
});

it("has paths that a document of the kind may fill", () => {
  const validator = createSchemaValidator();
  const pod = { spec: { containers: [{ name: "web" }] } };
  const unselected = new Set(["v1/Pod", "v1/ReplicationController", "batch/v1/Job", "batch/v1/CronJob"]);
  for (const { apiVersion, kind, podPath } of podBearingKinds) {
    const document: Record<string, unknown> = podPath.reduceRight<Record<string, unknown>>((inner, step) => ({ [step]: inner }), pod);
    const spec = document["spec"] as Record<string, unknown>;
    if (!unselected.has(`${apiVersion}/${kind}`)) spec["selector"] = {};
    if (kind === "CronJob") spec["schedule"] = "@daily";
    expect(validator.validate(apiVersion, kind, { apiVersion, kind, ...document })).toEqual({ known: true, errors: [] });
  }
});
