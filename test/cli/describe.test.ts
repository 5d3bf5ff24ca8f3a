import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it, vi } from "vitest";
import { objectBackends } from "../../src/backends/index.ts";
import { portcullis, Sink } from "./fake-io.ts";

// Several compile TypeScript, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

it.each([[["--help"]], [["check", "--help"]], [["list", "--help"]], [["explain", "--help"]], [["build", "--help"]], [["new", "--help"]]])("shows help with an example for %j", async (args) => {
  const { code, out, err } = await portcullis(args);
  expect([code, err]).toEqual([0, ""]);
  expect(out).toMatch(/Examples?:\n {2}\$ /);
});

const root = fileURLToPath(new URL("../..", import.meta.url));
const standard = join(root, "golden/opa");

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

it("lists what is right for some clusters only, with when it runs", async () => {
  const line = "Images must be pulled under the policy that the cluster asks for (off unless it is named)\n";
  expect((await portcullis(["list"], { bundle: standard })).out).toContain(line);
  expect((await portcullis(["list", "-p", "all"], { bundle: standard })).out).not.toContain("image-pull-policy");
  expect((await portcullis(["explain", "image-pull-policy"], { bundle: standard })).out).toContain("\nRuns\n  Where it is named,");
});

it("lists the controls in JSON", async () => {
  const rows = JSON.parse((await portcullis(["list", "--format", "json", "-p", "nsa-cisa-1.2"])).out) as object[];
  const limits = ["kubernetes", "kyverno-legacy"].map((backend) => ({ backend, reason: `The backend ${backend} cannot express other objects.` }));
  expect(rows).toEqual([
    { id: "dangling-bindings", title: "Bindings name roles that exist", severity: "low", kind: "cross-object", domain: "rbac", frameworks: { nsa: { "1.2": ["rbac/least"] } }, backends: ["gatekeeper", "kyverno", "opa"], limits },
    { id: "host-namespaces", title: "Pods must not share the node's namespaces", severity: "critical", kind: "admission", domain: "pod-security", frameworks: expect.any(Object) as object, backends: objectBackends.map(({ name }) => name), limits: [] },
  ]);
});

it("says of each control which backends emit it, and why others do not", async () => {
  const rows = JSON.parse((await portcullis(["list", "--format", "json"], { bundle: standard })).out) as { id: string; backends: string[]; limits: object[] }[];
  expect(rows.find(({ id }) => id === "encryption-providers")).toMatchObject({
    backends: ["opa"],
    limits: objectBackends.filter(({ name }) => name !== "opa").map(({ name }) => ({ backend: name, reason: expect.stringContaining("EncryptionConfiguration is a configuration file") as string })),
  });
  // What a capability report of the repository says, this says too.
  const report = JSON.parse(readFileSync(join(root, "golden/kubernetes/capabilities.json"), "utf8")) as { controls: { control: string; emitted: boolean }[] };
  for (const { control, emitted } of report.controls) expect({ control, emitted: rows.find(({ id }) => id === control)?.backends.includes("kubernetes") }).toEqual({ control, emitted });
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
  expect(out).toMatch(/policies\/pod-security\/privileged-containers\.ts +│ rego\/pod-security\/privileged-containers\.rego\n/);
  const narrow = (await portcullis(["explain", "privileged-containers", "--backend", "opa"])).out;
  expect(narrow).toContain("── policies/pod-security/privileged-containers.ts ──\nimport ");
  expect(narrow).toContain("── rego/pod-security/privileged-containers.rego ──\n# Generated by Portcullis from policies/pod-security/privileged-containers.ts");
});

it("refuses a control that there is not", async () => {
  expect(await portcullis(["explain", "host-namespace"])).toEqual({ code: 2, out: "", err: 'error: There is no control "host-namespace". Did you mean "host-namespaces"?\n' });
});

it("shows the policy that the API server gets, and says where a backend emits none", async () => {
  const { out } = await portcullis(["explain", "run-as-non-root", "--backend", "kubernetes"], { bundle: standard });
  expect(out).toContain("kind: ValidatingAdmissionPolicy");
  const refused = await portcullis(["explain", "encryption-providers", "--backend", "kubernetes"], { bundle: standard });
  expect(refused.out).toContain("(not emitted by kubernetes: apiserver.config.k8s.io/v1 EncryptionConfiguration is a configuration file, which no request brings to the API server.)");
});

it.each(objectBackends)("shows what the backend $name makes of a control", async ({ name }) => {
  const { code, out, err } = await portcullis(["explain", "host-namespaces", "--backend", name], { bundle: standard });
  expect([code, err]).toEqual([0, ""]);
  expect(out).toContain("Generated by Portcullis from policies/pod-security/host-namespaces.ts; do not edit.");
});

it("names the backend that was probably meant", async () => {
  expect(await portcullis(["explain", "host-namespaces", "--backend", "kubernets"], { bundle: standard })).toEqual({ code: 2, out: "", err: 'error: There is no backend "kubernets". Did you mean "kubernetes"?\n' });
  expect((await portcullis(["explain", "host-namespaces", "--backend", "x"], { bundle: standard })).err).toContain(`There is no backend "x". There are ${objectBackends.map(({ name }) => name).join(", ")}.`);
});
