import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { portcullis, Sink } from "./fake-io.ts";

it.each([[["--help"]], [["check", "--help"]], [["list", "--help"]], [["explain", "--help"]], [["build", "--help"]], [["new", "--help"]]])("shows help with an example for %j", async (args) => {
  const { code, out, err } = await portcullis(args);
  expect([code, err]).toEqual([0, ""]);
  expect(out).toMatch(/Examples?:\n {2}\$ /);
});

it("shows help and fails where no command is given", async () => {
  const { code, err } = await portcullis([]);
  expect(code).toBe(2);
  expect(err).toContain("Usage: portcullis");
});

it("lists the controls by domain, and says which are off where another runs", async () => {
  const { code, out } = await portcullis(["list", "--profile", "pss-baseline"]);
  expect(code).toBe(0);
  expect(out).toBe(`pod-security
  critical  host-namespaces        Pods must not share the node's namespaces
  high      host-path-volumes      Pods must not mount host paths
  medium    host-probes            Probes must not name a host
  critical  privileged-containers  Containers must not be privileged

4 controls. More about one: portcullis explain ID
`);
  expect((await portcullis(["list"])).out).toContain("Pods must not mount host paths (off where restricted-volumes runs)\n");
});

it("lists the controls in JSON", async () => {
  const rows = JSON.parse((await portcullis(["list", "--format", "json", "-p", "nsa-cisa-1.2"])).out) as object[];
  expect(rows).toEqual([
    { id: "dangling-bindings", title: "Bindings name roles that exist", severity: "low", kind: "cross-object", domain: "rbac", frameworks: { nsa: { "1.2": ["rbac/least"] } }, backends: ["opa"] },
    expect.objectContaining({ id: "host-namespaces", kind: "admission" }),
  ]);
});

it("refuses a profile that there is not", async () => {
  expect(await portcullis(["list", "-p", "cis-1.11"])).toEqual({ code: 2, out: "", err: 'error: There is no profile "cis-1.11". Did you mean "cis-1.12"?\n' });
});

it("explains a control", async () => {
  const { out } = await portcullis(["explain", "host-namespaces"]);
  expect(out).toBe(`critical  host-namespaces  admission, pod-security
Pods must not share the node's namespaces

A pod in the node's namespaces sees the node's processes and traffic.

What to do
  Remove hostPID, hostIPC and hostNetwork.

Findings
  a: The pod shares the node's processes.
  b: The pod shares the node's IPC.
  c: The pod shares the node's network.

Judges
  v1/Pod, apps/v1/Deployment

Frameworks
  pss:hostNamespaces
  cis-1.12:5.2.3(a)
  cis-1.12:5.2.4(b)
  cis-1.12:5.2.5(c)
  nsa-1.2:pod/no-host-ns
`);
});

it("explains parameters, needs and replacements where a control has them", async () => {
  expect((await portcullis(["explain", "allowed-registries"])).out).toContain('  registries = ["registry.k8s.io/"]  {"type":"array","items":{"type":"string"}}\n    Prefixes of image references that are allowed.\n');
  expect((await portcullis(["explain", "dangling-bindings"])).out).toContain("\nNeeds\n  lookup\n");
  expect((await portcullis(["explain", "restricted-volumes"])).out).toContain("\nReplaces\n  host-path-volumes\n  host-probes from Kubernetes 1.35 on\n");
});

it("shows the source and what is emitted, side by side where the terminal is wide enough", async () => {
  const wide = Object.assign(new Sink(), { columns: 400 });
  const { out } = await portcullis(["explain", "privileged-containers", "--backend", "opa"], { stdout: wide });
  expect(out).toMatch(/policies\/pod-security\/privileged-containers\.ts +│ rego\/privileged-containers\.rego\n/);
  const narrow = (await portcullis(["explain", "privileged-containers", "--backend", "opa"])).out;
  expect(narrow).toContain("── policies/pod-security/privileged-containers.ts ──\nimport ");
  expect(narrow).toContain("── rego/privileged-containers.rego ──\npackage portcullis");
});

it("refuses a control that there is not", async () => {
  expect(await portcullis(["explain", "host-namespace"])).toEqual({ code: 2, out: "", err: 'error: There is no control "host-namespace". Did you mean "host-namespaces"?\n' });
});

const standard = fileURLToPath(new URL("../../golden/opa", import.meta.url));

it("shows the policy that the API server gets, and says where a backend emits none", async () => {
  const { out } = await portcullis(["explain", "run-as-non-root", "--backend", "kubernetes"], { bundle: standard });
  expect(out).toContain("kind: ValidatingAdmissionPolicy");
  const refused = await portcullis(["explain", "encryption-providers", "--backend", "kubernetes"], { bundle: standard });
  expect(refused.out).toContain("(not emitted by kubernetes)");
});
