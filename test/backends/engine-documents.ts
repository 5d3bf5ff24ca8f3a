import type { EmittedFile } from "../../src/backends/backend.ts";
import { yamlText } from "../../src/backends/yaml-text.ts";

/** A document as JSON has it. */
export type Json = Record<string, unknown>;

const metadata = { name: "a", annotations: { "portcullis.dev/control": "a" } };
const cel = { validations: [{ expression: "variables.a", messageExpression: "'no'" }], variables: [{ name: "a", expression: "true" }], matchCondition: [{ name: "c", expression: "true" }], failurePolicy: "Fail", generateVAP: false };
const rules = [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] }];

/** A ConstraintTemplate with one engine's source. */
export const template = (engine: string, source: Json): Json => ({
  apiVersion: "templates.gatekeeper.sh/v1",
  kind: "ConstraintTemplate",
  metadata,
  spec: {
    crd: { spec: { names: { kind: "A" }, validation: { openAPIV3Schema: { type: "object", properties: { names: { type: "array", items: { type: "string" } }, limit: { type: "object", properties: { count: { type: "integer" } } } } } } } },
    targets: [{ target: "admission.k8s.gatekeeper.sh", code: [{ engine, source }] }],
  },
});

export const constraint: Json = {
  apiVersion: "constraints.gatekeeper.sh/v1beta1",
  kind: "A",
  metadata,
  spec: {
    enforcementAction: "scoped",
    scopedEnforcementActions: [{ action: "deny", enforcementPoints: [{ name: "validation.gatekeeper.sh" }] }],
    match: { kinds: [{ apiGroups: [""], kinds: ["Pod"] }], excludedNamespaces: ["kube-*"], namespaceSelector: { matchExpressions: [{ key: "a", operator: "Exists" }] } },
    parameters: { names: ["a"], limit: { count: 1 } },
  },
};

/** One sound document or more of every kind that a backend may emit, by the backend's name. */
export const soundDocuments: Readonly<Record<string, readonly Json[]>> = {
  kubernetes: [
    { apiVersion: "admissionregistration.k8s.io/v1", kind: "ValidatingAdmissionPolicy", metadata, spec: { failurePolicy: "Fail", paramKind: { apiVersion: "v1", kind: "ConfigMap" }, matchConstraints: { resourceRules: rules, matchPolicy: "Equivalent" }, matchConditions: [{ name: "a", expression: "true" }], variables: [{ name: "a", expression: "1" }], validations: [{ expression: "true", message: "m", reason: "Invalid" }], auditAnnotations: [{ key: "k", valueExpression: "'v'" }] } },
    { apiVersion: "admissionregistration.k8s.io/v1", kind: "ValidatingAdmissionPolicyBinding", metadata, spec: { policyName: "a", validationActions: ["Deny"], paramRef: { name: "p", parameterNotFoundAction: "Deny" }, matchResources: { namespaceSelector: { matchExpressions: [{ key: "a", operator: "NotIn", values: ["b"] }] } } } },
    { apiVersion: "v1", kind: "ConfigMap", metadata: { ...metadata, namespace: "n" }, data: { a: "b" } },
    { apiVersion: "kustomize.config.k8s.io/v1beta1", kind: "Kustomization", resources: ["a.yaml"] },
  ],
  gatekeeper: [
    template("Rego", { version: "v1", rego: "package a", libs: ["package lib.a"] }),
    template("K8sNativeValidation", cel),
    constraint,
    { apiVersion: "test.gatekeeper.sh/v1alpha1", kind: "Suite", metadata, tests: [{ name: "t", template: "t.yaml", constraint: "c.yaml", cases: [{ name: "c", object: "o.yaml", inventory: ["i.yaml"], assertions: [{ violations: "no" }, { violations: 2, message: "m" }] }] }] },
  ],
  kyverno: [
    { apiVersion: "policies.kyverno.io/v1", kind: "ValidatingPolicy", metadata, spec: { failurePolicy: "Fail", validationActions: ["Deny"], evaluation: { background: { enabled: true } }, autogen: { podControllers: { controllers: [] } }, matchConstraints: { resourceRules: rules }, matchConditions: [{ name: "c", expression: "true" }], variables: [{ name: "v", expression: "1" }], validations: [{ expression: "true", messageExpression: "'m'" }] } },
    { apiVersion: "policies.kyverno.io/v1", kind: "PolicyException", metadata: { ...metadata, namespace: "kyverno" }, spec: { policyRefs: [{ name: "a", kind: "ValidatingPolicy" }], matchConditions: [{ name: "c", expression: "true" }], expiresAt: "2027-01-01T00:00:00Z" } },
    { apiVersion: "cli.kyverno.io/v1alpha1", kind: "Test", metadata: { name: "a" }, policies: ["p.yaml"], resources: ["r.yaml"], results: [{ policy: "a", kind: "Pod", resources: ["good"], result: "pass" }] },
  ],
  "kyverno-legacy": [
    {
      apiVersion: "kyverno.io/v1",
      kind: "ClusterPolicy",
      metadata,
      spec: {
        background: true,
        webhookConfiguration: { failurePolicy: "Fail" },
        rules: [{ name: "r", match: { any: [{ resources: { kinds: ["Pod"], operations: ["CREATE"] } }] }, context: [{ name: "c", variable: { jmesPath: "request.object" } }], validate: { failureAction: "Enforce", message: "m", allowExistingViolations: false, deny: { conditions: { any: [{ key: "a", operator: "Equals", value: "b" }] } } } }],
      },
    },
    { apiVersion: "kyverno.io/v2", kind: "PolicyException", metadata: { ...metadata, namespace: "kyverno" }, spec: { exceptions: [{ policyName: "a", ruleNames: ["r"] }], match: { any: [{ resources: { namespaces: ["a"], kinds: ["Pod"] } }] } } },
    { apiVersion: "cli.kyverno.io/v1alpha1", kind: "Values", metadata: { name: "a" }, namespaceSelector: [{ name: "n", labels: { a: "b" } }] },
  ],
};

/** A file with these documents. */
export const fileOf = (...documents: readonly Json[]): EmittedFile => ({ path: "policies/a.yaml", content: yamlText(["a"], documents) });

/** A step for each key and index that leads to a part of a document. */
export type Steps = readonly (string | number)[];

/** Every object in a document, as the steps to it. */
export function objectsIn(value: unknown, here: Steps = []): Steps[] {
  if (typeof value !== "object" || value === null) return [];
  return [...(Array.isArray(value) ? [] : [here]), ...Object.entries(value).flatMap(([step, member]) => objectsIn(member, [...here, Array.isArray(value) ? Number(step) : step]))];
}

/** The document with the part at the steps replaced. */
export function changed(document: unknown, [step, ...rest]: Steps, change: (part: unknown) => unknown): unknown {
  if (step === undefined) return change(document);
  if (Array.isArray(document)) return document.map((item: unknown, index) => (index === step ? changed(item, rest, change) : item));
  return { ...(document as Json), [step]: changed((document as Json)[step], rest, change) };
}
