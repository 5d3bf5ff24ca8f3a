import { readFileSync } from "node:fs";
import { join } from "node:path";
import { metadataSchema } from "./objects.mjs";

/**
 * The schema of every constraint, as `CreateSchema` makes it for a template's CRD (frameworks/constraint
 * pkg/client/crds/schema.go); what stands under `parameters` is the template's own. Actions and enforcement points are any text
 * there, and one that Gatekeeper does not know enforces nothing: they are held to the constants of its code.
 *
 * @param {string} framework
 * @param {string} gatekeeper
 * @param {any} match
 */
export function constraintSchema(framework, gatekeeper, match) {
  const code = readFileSync(join(framework, "pkg/client/crds/schema.go"), "utf8");
  const fields = [...code.matchAll(/^\t\t?\t?"(\w+)":/gm)].map(([, name]) => name);
  const expected = ["match", "enforcementAction", "scopedEnforcementActions", "metadata", "spec", "status"];
  if (fields.join() !== expected.join()) throw new Error(`a constraint has the fields ${fields.join(", ")}, not ${expected.join(", ")}`);
  const { actions, points } = constants(readFileSync(join(gatekeeper, "pkg/util/enforcement_action.go"), "utf8"));
  const point = { type: "object", additionalProperties: false, required: ["name"], properties: { name: { enum: [...points, "*"] } } };
  const scoped = { type: "object", additionalProperties: false, required: ["action", "enforcementPoints"], properties: { action: { enum: actions.filter((action) => action !== "scoped") }, enforcementPoints: { type: "array", minItems: 1, items: point } } };
  const spec = { enforcementAction: { enum: actions }, match, parameters: { type: "object" }, scopedEnforcementActions: { type: "array", items: scoped } };
  return {
    type: "object",
    required: ["apiVersion", "kind", "metadata", "spec"],
    additionalProperties: false,
    properties: {
      apiVersion: { const: "constraints.gatekeeper.sh/v1beta1" },
      kind: { type: "string" },
      metadata: metadataSchema({ scope: "Cluster", maxLength: 63 }),
      spec: { type: "object", additionalProperties: false, properties: spec },
    },
  };
}

/** @param {string} code */
function constants(code) {
  const actions = [...code.matchAll(/ EnforcementAction = "(\w+)"/g)].map(([, value = ""]) => value).filter((value) => value !== "unrecognized");
  const points = [...code.matchAll(/EnforcementPoint\s+= "([\w.]+)"/g)].map(([, value]) => value);
  if (actions.length === 0 || points.length === 0) throw new Error("pkg/util/enforcement_action.go names no actions or no enforcement points");
  return { actions, points };
}
