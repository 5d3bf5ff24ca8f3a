import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { outputOf } from "./measure.mjs";
import { scratch } from "./scratch.mjs";

/** `gator test` over the emitted Rego, each control as a ConstraintTemplate with one Constraint. */
export function gator(binary, { library, controls, settings }) {
  const folder = join(scratch, "gatekeeper");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const lib = libraryText(library, settings);
  for (const control of controls) writeFileSync(join(folder, `${control.id}.yaml`), [template(control, lib), constraint(control, settings)].map((object) => stringify(object)).join("---\n"));
  const command = (file, ...options) => ({ run: [binary, "test", "--filename", folder, "--filename", file, ...options], codes: [0, 1] });
  return {
    command: (file) => command(file),
    /** Each violation as `control path message`. */
    violations: (file) => JSON.parse(outputOf(command(file, "--output", "json"))).map(({ msg, constraint: { metadata }, metadata: { details } }) => `${metadata.name} ${details.path} ${msg}`),
  };
}

const kindOf = ({ id }) => `Portcullis${id.replaceAll("-", "")}`;

/** Gatekeeper takes libraries as `data.lib.<name>`, has the object at `input.review.object` and parameters at `input.parameters`. */
const adapted = (rego) => rego.replaceAll("input.object", "input.review.object").replaceAll("input.oldObject", "input.review.oldObject");

function libraryText(library, { kubernetesMinor }) {
  return replaced(replaced(adapted(library), /^package portcullis\.lib$/m, "package lib.portcullis"), /data\.settings\.kubernetesMinor/, String(kubernetesMinor));
}

function template(control, library) {
  const { rego } = control;
  const withoutDefault = rego.replace(/^default parameters := (\{\n(?:.*\n)*?\}|.*)\n/m, "").replace(/data\.settings\.parameters(\.\w+|\["[^"]*"\])/, "input.parameters");
  const named = replaced(adapted(withoutDefault), /^package \S+$/m, `package ${kindOf(control).toLowerCase()}`).replaceAll("data.portcullis.lib", "data.lib.portcullis as lib");
  // Gatekeeper's violations have a message and details, so the control's own set gets another name and is turned into one.
  const text = `${named.replaceAll("violation contains ", "found contains ")}\nviolation contains {"msg": each.message, "details": each} if {\n\tsome each in found\n}\n`;
  return {
    apiVersion: "templates.gatekeeper.sh/v1",
    kind: "ConstraintTemplate",
    metadata: { name: kindOf(control).toLowerCase() },
    spec: {
      crd: { spec: { names: { kind: kindOf(control) }, validation: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } } } },
      targets: [{ target: "admission.k8s.gatekeeper.sh", code: [{ engine: "Rego", source: { version: "v1", rego: text, libs: [library] } }] }],
    },
  };
}

function constraint(control, { parameters }) {
  const kinds = control.match.kinds.map(({ apiVersion, kind }) => ({ apiGroups: [apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : ""], kinds: [kind] }));
  return { apiVersion: "constraints.gatekeeper.sh/v1beta1", kind: kindOf(control), metadata: { name: control.id }, spec: { match: { kinds }, parameters: parameters[control.id] ?? {} } };
}

/** A replacement that must find its place: Rego of another shape than this file knows is an error, not another policy. */
function replaced(text, pattern, replacement) {
  if (!pattern.test(text)) throw new Error(`the emitted Rego has no ${pattern}`);
  return text.replace(pattern, replacement);
}
