import { expect, it } from "vitest";
import { createSchemaValidator, type SchemaError } from "../../src/kubernetes/schema-validator.ts";

const validator = createSchemaValidator();

function errorsOf(apiVersion: string, kind: string, body: object): readonly SchemaError[] {
  const result = validator.validate(apiVersion, kind, { apiVersion, kind, ...body });
  if (!result.known) throw new Error(`${apiVersion}/${kind} is not known: ${result.note ?? "no note"}`);
  return result.errors;
}

const container = (fields: object) => errorsOf("v1", "Pod", { spec: { containers: [{ name: "web", ...fields }] } });
const inContainer = ["spec", "containers", 0];

it("accepts a pod that the API server accepts", () => {
  const spec = {
    containers: [
      {
        name: "web",
        image: "nginx:1.29",
        imagePullPolicy: "IfNotPresent",
        ports: [{ containerPort: 80, protocol: "TCP" }],
        env: [{ name: "A", value: "1" }, { name: "B", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } }],
        resources: { requests: { cpu: 0.5, memory: "64Mi" }, limits: { cpu: "500m", memory: "1.5Gi", "example.com/gpu": 1 } },
        livenessProbe: { httpGet: { path: "/", port: "http" }, periodSeconds: 5 },
        readinessProbe: { tcpSocket: { port: 80 } },
      },
    ],
    volumes: [{ name: "tmp", emptyDir: {} }],
  };
  expect(errorsOf("v1", "Pod", { metadata: { name: "a", creationTimestamp: "2026-01-02T03:04:05Z" }, spec, status: {} })).toEqual([]);
});

it("names an unknown field and the field that was meant", () => {
  expect(container({ securityContexts: {} })).toEqual([
    { path: [...inContainer, "securityContexts"], message: 'unknown field "securityContexts"', hint: 'did you mean "securityContext"?' },
  ]);
  expect(container({ imagepullpolicy: "Always" })).toEqual([
    { path: [...inContainer, "imagepullpolicy"], message: 'unknown field "imagepullpolicy"', hint: 'did you mean "imagePullPolicy"?' },
  ]);
  expect(container({ flavour: "mint" })).toEqual([{ path: [...inContainer, "flavour"], message: 'unknown field "flavour"' }]);
});

it("is not deceived by fields that every JavaScript object has", () => {
  const document = JSON.parse('{ "spec": { "containers": [{ "name": "web", "__proto__": {}, "constructor": {}, "toString": "a" }] } }') as object;
  expect(errorsOf("v1", "Pod", document).map((error) => error.path.at(-1))).toEqual(["__proto__", "constructor", "toString"]);
  expect(validator.validate("v1", "constructor", {}).known).toBe(false);
  expect(validator.isList("", "constructor")).toBe(false);
});

it("says which type a field takes, what stands there, and that quotes make the difference", () => {
  expect(container({ ports: [{ containerPort: "80" }] })).toEqual([
    { path: [...inContainer, "ports", 0, "containerPort"], message: 'expected integer, found string "80"', hint: "leave the quotes away: 80" },
  ]);
  expect(container({ env: [{ name: "PORT", value: 8080 }] })).toEqual([
    { path: [...inContainer, "env", 0, "value"], message: "expected string, found number 8080", hint: 'put it in quotes: "8080"' },
  ]);
  expect(container({ securityContext: { privileged: "true" } })).toEqual([
    { path: [...inContainer, "securityContext", "privileged"], message: 'expected boolean, found string "true"', hint: "leave the quotes away: true" },
  ]);
  expect(container({ command: "sleep" })).toEqual([
    { path: [...inContainer, "command"], message: 'expected list, found string "sleep"', hint: 'write a list: ["sleep"]' },
  ]);
  expect(container({ env: { name: "A" } })).toEqual([
    { path: [...inContainer, "env"], message: "expected list, found object", hint: "start each element with a dash" },
  ]);
  expect(container({ securityContext: [] })).toEqual([{ path: [...inContainer, "securityContext"], message: "expected object, found list" }]);
  expect(container({ tty: 1 })).toEqual([{ path: [...inContainer, "tty"], message: "expected boolean, found number 1" }]);
});

it("takes whole numbers alone for integers, and only those that fit", () => {
  const port = (containerPort: number) => container({ ports: [{ containerPort }] }).map((error) => error.message);
  expect(port(80.5)).toEqual(["expected integer, found number 80.5"]);
  expect(port(2 ** 31)).toEqual(["2147483648 is out of the range of a 32-bit integer"]);
  expect(port(2 ** 31 - 1)).toEqual([]);
});

it("takes a port by number or by name, and nothing else", () => {
  const probe = (port: unknown) => container({ livenessProbe: { tcpSocket: { port } } }).map((error) => error.message);
  expect(probe(80)).toEqual([]);
  expect(probe("http")).toEqual([]);
  expect(probe(true)).toEqual(["expected integer or string, found boolean true"]);
});

it("names the choices of a closed set and the one that was meant", () => {
  expect(container({ imagePullPolicy: "Allways" })).toEqual([
    {
      path: [...inContainer, "imagePullPolicy"],
      message: '"Allways" is not one of Always, IfNotPresent, Never',
      hint: 'did you mean "Always"?',
    },
  ]);
  expect(container({ imagePullPolicy: "" })).toEqual([]);
  expect(container({ imagePullPolicy: 1 })).toEqual([{ path: [...inContainer, "imagePullPolicy"], message: "expected string, found number 1", hint: 'put it in quotes: "1"' }]);
  expect(errorsOf("v1", "Pod", { spec: { containers: [], tolerations: [{ operator: "Equals" }] } })[0]?.hint).toBe('did you mean "Equal"?');
});

it("names a required field that is missing or null", () => {
  const missing = [{ path: ["spec"], message: 'required field "containers" is missing' }];
  expect(errorsOf("v1", "Pod", { spec: {} })).toEqual(missing);
  expect(errorsOf("v1", "Pod", { spec: { containers: null } })).toEqual(missing);
});

it("treats null as absent everywhere but in a list", () => {
  expect(errorsOf("v1", "Pod", { metadata: { name: "a", creationTimestamp: null, labels: { a: null } }, spec: { containers: [], volumes: null, securityContext: null } })).toEqual([]);
  expect(container({ image: null, imagePullPolicy: null, resources: { limits: { cpu: null } }, ports: null })).toEqual([]);
  expect(errorsOf("v1", "Pod", { spec: { containers: [null] } })).toEqual([{ path: inContainer, message: "a list element must not be null" }]);
  expect(container({ args: ["a", null] })).toEqual([{ path: [...inContainer, "args", 1], message: "a list element must not be null" }]);
});

it("reads quantities as the API server does", () => {
  const memory = (value: unknown) => container({ resources: { limits: { memory: value } } }).map((error) => error.message);
  for (const good of ["1Gi", "1024Mi", "0.5", ".5", "1.", "100m", "1e3", "1E", "1E-2", "+1", "-1", " 1Gi ", 1, 1.5]) expect(memory(good)).toEqual([]);
  for (const bad of ["1 Gi", "1GB", "1gi", "", "m", "1e", "one"]) expect(memory(bad)).toEqual([`${JSON.stringify(bad)} is not a quantity`]);
  expect(memory(true)).toEqual(["expected string or number, found boolean true"]);
});

it("asks for base64 in a Secret's data, and never repeats a secret", () => {
  expect(errorsOf("v1", "Secret", { data: { a: "aGVsbG8=", b: "aGVs\nbG8=", c: "" } })).toEqual([]);
  expect(errorsOf("v1", "Secret", { data: { password: "hunter2!" } })).toEqual([
    { path: ["data", "password"], message: "the value is not base64", hint: "encode it, or write plain text under stringData" },
  ]);
  expect(errorsOf("v1", "ConfigMap", { binaryData: { a: "no!" } })).toEqual([{ path: ["binaryData", "a"], message: "the value is not base64", hint: "encode it" }]);
});

it("asks for times by RFC 3339", () => {
  expect(errorsOf("v1", "Namespace", { metadata: { creationTimestamp: "yesterday" } }).map((error) => error.message)).toEqual(['"yesterday" is not a time by RFC 3339']);
});

it("stops at twenty errors", () => {
  const unknown = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`unknown${index}`, 1]));
  expect(errorsOf("v1", "Pod", { spec: { containers: [], ...unknown } })).toHaveLength(20);
});

it("judges a document that is no object at all", () => {
  expect(validator.validate("v1", "Pod", [])).toEqual({ known: true, errors: [{ path: [], message: "expected object, found list" }] });
});

it("follows the schemas inside a CRD down, and leaves free JSON free", () => {
  const crd = (schema: unknown) =>
    errorsOf("apiextensions.k8s.io/v1", "CustomResourceDefinition", {
      spec: {
        group: "example.com",
        scope: "Namespaced",
        names: { plural: "pandas", kind: "Panda" },
        versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: schema } }],
      },
    });
  expect(crd({ type: "object", properties: { a: { items: { type: "string", default: { free: [null] }, enum: [null, 1] } } }, additionalProperties: true })).toEqual([]);
  expect(crd({ properties: { a: { items: { tpye: "string" } } } }).map((error) => error.hint)).toEqual(['did you mean "type"?']);
  expect(crd({ items: [{ type: "string" }], additionalProperties: "no" }).map((error) => error.message)).toEqual(['expected object or boolean, found string "no"']);
});

it("judges the claims of a StatefulSet whether or not they say their kind", () => {
  const claims = (claim: object) => errorsOf("apps/v1", "StatefulSet", { spec: { selector: {}, template: {}, volumeClaimTemplates: [claim] } });
  expect(claims({ metadata: { name: "data" } })).toEqual([]);
  expect(claims({ apiVersion: "v1", kind: "PersistentVolumeClaim" })).toEqual([]);
  expect(claims({ kind: "Pod" }).map((error) => error.message)).toEqual(['"Pod" is not PersistentVolumeClaim']);
});

it("ignores what a manifest leaves out of its status", () => {
  expect(errorsOf("policy/v1", "PodDisruptionBudget", { spec: { minAvailable: "50%" }, status: {} })).toEqual([]);
});

it("does not ask for what the API server can do without", () => {
  const spec = { containers: [], volumes: [{ name: "a", scaleIO: { gateway: "a", system: "b", volumeName: "c" } }], securityContext: { sysctls: [{ name: "a" }] } };
  expect(errorsOf("v1", "Pod", { spec })).toEqual([]);
  expect(errorsOf("storage.k8s.io/v1", "CSIDriver", {})).toEqual([]);
});

it("judges configuration files, which have no metadata", () => {
  const config = (body: object) => errorsOf("apiserver.config.k8s.io/v1", "EncryptionConfiguration", body);
  const providers = [{ aescbc: { keys: [{ name: "a", secret: "YWJj" }] } }, { kms: { apiVersion: "v2", name: "k", endpoint: "unix:///a", timeout: "3s" } }, { identity: {} }];
  expect(config({ resources: [{ resources: ["secrets"], providers }] })).toEqual([]);
  expect(config({ resources: [{ resources: ["secrets"], providers: [{ identity: { a: 1 } }, { aescbc: {} }] }], metadata: {} }).map((error) => error.message)).toEqual([
    'unknown field "a"',
    'required field "keys" is missing',
    'unknown field "metadata"',
  ]);
});

it("says which apiVersion serves a kind that is asked for under another", () => {
  const once = (apiVersion: string, kind: string): unknown => validator.validate(apiVersion, kind, { apiVersion, kind, metadata: { name: "web" }, anything: [1] });
  expect(once("extensions/v1beta1", "Deployment")).toEqual({ known: true, errors: [], note: "apps/v1 serves Deployment" });
  expect(once("networking.k8s.io/v1beta1", "Ingress")).toEqual({ known: true, errors: [], note: "networking.k8s.io/v1 serves Ingress" });
  expect(once("autoscaling/v2beta2", "HorizontalPodAutoscaler")).toEqual({ known: true, errors: [], note: "autoscaling/v1 and autoscaling/v2 serve HorizontalPodAutoscaler" });
  expect(once("policy/v1beta1", "PodSecurityPolicy")).toEqual({ known: true, errors: [], note: "no apiVersion serves PodSecurityPolicy any more" });
  expect(once("scheduling.k8s.io/v1alpha1", "PriorityClass")).toEqual({ known: false, note: "scheduling.k8s.io/v1 serves PriorityClass" });
});

it("says that an apiVersion lacks a kind, and which one was meant", () => {
  expect(validator.validate("apps/v1", "Deploymnet", {})).toEqual({ known: false, note: 'apps/v1 has no kind "Deploymnet"; did you mean Deployment?' });
});

it("takes a kubeconfig, options of connections, and configuration files that have no schema, for no slip", () => {
  const kinds = [
    ["v1", "Config"],
    ["v1", "APIResourceList"],
    ["v1", "PodExecOptions"],
    ["apiserver.config.k8s.io/v1", "TracingConfiguration"],
    ["apiserver.config.k8s.io/v1beta1", "TracingConfiguration"],
    ["kubelet.config.k8s.io/v1beta1", "CredentialProviderConfig"],
    ["kubelet.config.k8s.io/v1beta1", "ImagePulledRecord"],
  ] as const;
  for (const [apiVersion, kind] of kinds) {
    expect(validator.validate(apiVersion, kind, {})).toEqual({ known: false });
  }
  expect(validator.validate("apiserver.config.k8s.io/v1", "EncryptionConfigurations", {})).toMatchObject({ note: expect.stringContaining("did you mean EncryptionConfiguration?") as string });
});

it("holds configuration files to the fields that the component decodes", () => {
  const judge = (apiVersion: string, kind: string, rest: object) => {
    const result = validator.validate(apiVersion, kind, { apiVersion, kind, ...rest });
    return result.known ? result.errors.map(({ message }) => message) : result;
  };
  expect(judge("kubelet.config.k8s.io/v1beta1", "KubeletConfiguration", { authentication: { anonymous: { enabled: false } }, podPidsLimit: 4096, streamingConnectionIdleTimeout: "4h0m0s" })).toEqual([]);
  expect(judge("kubelet.config.k8s.io/v1beta1", "KubeletConfiguration", { authentication: { anonymus: {} }, readOnlyPort: "0" })).toEqual(['unknown field "anonymus"', 'expected integer, found string "0"']);
  expect(judge("audit.k8s.io/v1", "Policy", { rules: [{ level: "Metadata", resource: [] }] })).toEqual(['unknown field "resource"']);
  expect(judge("apiserver.config.k8s.io/v1", "AdmissionConfiguration", { plugins: [{ name: "PodSecurity", configuration: { apiVersion: "pod-security.admission.config.k8s.io/v1", defaults: { enforce: "baseline", enfroce: "x" } } }] })).toEqual(['unknown field "enfroce"']);
  expect(judge("kubeadm.k8s.io/v1beta4", "ClusterConfiguration", { apiServer: { extraArgs: [{ name: "profiling", value: "false" }] } })).toEqual([]);
  expect(judge("kubeadm.k8s.io/v1beta4", "ClusterConfiguration", { apiServer: { extraArgs: { profiling: "false" } } })).toHaveLength(1);
  expect(judge("portcullis.dev/v1", "NodeFacts", { files: [{ role: "pki-keys", path: "/etc/kubernetes/pki/ca.key" }] })).toHaveLength(1);
});

it("says nothing about the kinds of others", () => {
  expect(validator.validate("serving.knative.dev/v1", "Service", {})).toEqual({ known: false });
  expect(validator.validate("example.com/v1", "Panda", {})).toEqual({ known: false });
  expect(validator.validate("networking.istio.io/v1", "Gateway", {})).toEqual({ known: false });
  expect(validator.validate("cilium.io/v2", "CiliumNode", {})).toEqual({ known: false });
});

it("judges a list's envelope alone, and says that it is a list", () => {
  expect(validator.isList("v1", "List")).toBe(true);
  expect(validator.isList("apps/v1", "DeploymentList")).toBe(true);
  expect(validator.isList("v1", "Pod")).toBe(false);
  expect(errorsOf("v1", "PodList", { metadata: { resourceVersion: "1" }, items: [{ nonsense: true }] })).toEqual([]);
  expect(errorsOf("v1", "List", { item: [] })).toEqual([{ path: ["item"], message: 'unknown field "item"', hint: 'did you mean "items"?' }]);
});

it("knows the scope of a kind", () => {
  expect(validator.scopeOf("v1", "Pod")).toBe("Namespaced");
  expect(validator.scopeOf("v1", "Namespace")).toBe("Cluster");
  expect(validator.scopeOf("policy/v1", "Eviction")).toBe("Namespaced");
  expect(validator.scopeOf("apiserver.config.k8s.io/v1", "EncryptionConfiguration")).toBeUndefined();
  expect(validator.kubernetesVersion).toBe("1.37");
});
