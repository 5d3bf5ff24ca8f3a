import { expect, it } from "vitest";
import { componentValue } from "../../src/plain/component-value.ts";
import type { ComponentName } from "../../src/kubernetes/components/names.ts";

/** The values of flags, each with the path of the argument that decides it. */
function flagsOf(object: object, name: ComponentName): Record<string, string> {
  const { flags } = componentValue(object, name) as { readonly flags: Readonly<Record<string, { readonly value: string; readonly at: string }>> };
  return Object.fromEntries(Object.entries(flags).map(([flag, { value, at }]) => [flag, `${value} at ${at}`]));
}

const pod = (container: object, name = "kube-apiserver"): object => ({ apiVersion: "v1", kind: "Pod", spec: { containers: [{ name: "sidecar" }, { name, ...container }] } });
const itemsOf = (object: object, name: ComponentName, flag: string): readonly unknown[] => (componentValue(object, name) as { readonly flags: Readonly<Record<string, { readonly items: readonly unknown[] }>> }).flags[flag]?.items ?? [];

it("reads a flag with its value behind an equals sign or as the next word, and underscores as dashes", () => {
  expect(flagsOf(pod({ command: ["kube-apiserver", "--tls-cert-file=/a", "--client_ca_file", "/b"], args: ["--audit-log-path=-"] }), "kube-apiserver")).toEqual({
    "tls-cert-file": "/a at spec.containers[1].command[1]",
    "client-ca-file": "/b at spec.containers[1].command[3]",
    "audit-log-path": "- at spec.containers[1].args[0]",
  });
});

it("takes a boolean that stands alone for true, and every spelling for what it means", () => {
  const command = ["--profiling", "false", "--anonymous-auth=F", "--service-account-lookup=1"];
  expect(flagsOf(pod({ command }), "kube-apiserver")).toEqual({
    profiling: "true at spec.containers[1].command[0]",
    "anonymous-auth": "false at spec.containers[1].command[2]",
    "service-account-lookup": "true at spec.containers[1].command[3]",
  });
});

it("takes a word that looks like a flag for the value of one that waits for it", () => {
  expect(flagsOf(pod({ command: ["--token-auth-file", "--audit-log-path", "--authorization-mode", "RBAC"] }), "kube-apiserver")).toEqual({
    "token-auth-file": "--audit-log-path at spec.containers[1].command[1]",
    "authorization-mode": "RBAC at spec.containers[1].command[3]",
  });
});

it("counts the last value of a flag, and all values of one that gathers them", () => {
  const object = pod({ command: ["--audit-log-maxage=1", "--enable-admission-plugins=A, B", "--audit-log-maxage=30", "--enable-admission-plugins=C"] });
  expect(flagsOf(object, "kube-apiserver")).toEqual({ "audit-log-maxage": "30 at spec.containers[1].command[2]", "enable-admission-plugins": "C at spec.containers[1].command[3]" });
  expect(itemsOf(object, "kube-apiserver", "enable-admission-plugins")).toEqual([
    { value: "A", at: "spec.containers[1].command[1]" },
    { value: "B", at: "spec.containers[1].command[1]" },
    { value: "C", at: "spec.containers[1].command[3]" },
  ]);
});

it("takes an empty value for none, even behind another one", () => {
  expect(flagsOf(pod({ command: ["--token-auth-file=/a", "--token-auth-file="] }), "kube-apiserver")).toEqual({});
});

it("reads the words of a script that a shell runs", () => {
  const command = ["/bin/sh", "-c", "exec kube-apiserver --profiling=false \\\n  --token-auth-file='/srv/tokens.csv' 2>&1"];
  expect(flagsOf(pod({ command }), "kube-apiserver")).toEqual({ profiling: "false at spec.containers[1].command[2]", "token-auth-file": "/srv/tokens.csv at spec.containers[1].command[2]" });
});

it("reads etcd's single dashes, and its environment where the command line says nothing", () => {
  const env = [{ name: "ETCD_CLIENT_CERT_AUTH", value: "true" }, { name: "ETCD_CERT_FILE", value: "/env" }, { name: "HOME", value: "/" }];
  expect(flagsOf(pod({ command: ["etcd", "-cert-file=/flag"], env }, "etcd"), "etcd")).toEqual({
    "client-cert-auth": "true at spec.containers[1].env[0].value",
    "cert-file": "/flag at spec.containers[1].command[1]",
  });
});

it("puts kubeadm's flags under those that a ClusterConfiguration gives, and joins those that it merges", () => {
  const extraArgs = [{ name: "authorization-mode", value: "AlwaysAllow" }, { name: "enable-admission-plugins", value: ",AlwaysPullImages", mergeMethod: "append" }];
  const flags = flagsOf({ apiVersion: "kubeadm.k8s.io/v1", kind: "ClusterConfiguration", apiServer: { extraArgs } }, "kube-apiserver");
  expect(flags).toMatchObject({
    "authorization-mode": "AlwaysAllow at apiServer.extraArgs[0].value",
    "enable-admission-plugins": "NodeRestriction,AlwaysPullImages at apiServer.extraArgs[1].value",
    "etcd-servers": "https://127.0.0.1:2379 at apiServer.extraArgs",
  });
  expect(flagsOf({ apiVersion: "kubeadm.k8s.io/v1beta3", kind: "ClusterConfiguration", scheduler: { extraArgs: { "bind-address": "0.0.0.0" } } }, "kube-scheduler")["bind-address"]).toBe("0.0.0.0 at scheduler.extraArgs.bind-address");
});

it("takes the API server's way to etcd from a ClusterConfiguration with an external one, which has no etcd of its own", () => {
  const object = { apiVersion: "kubeadm.k8s.io/v1beta4", kind: "ClusterConfiguration", etcd: { external: { endpoints: ["http://10.0.0.1:2379"], caFile: "/ca" } } };
  const flags = flagsOf(object, "kube-apiserver");
  expect(flags["etcd-servers"]).toBe("http://10.0.0.1:2379 at etcd.external.endpoints[0]");
  expect(flags["etcd-cafile"]).toBe("/ca at etcd.external.caFile");
  expect(flags["etcd-certfile"]).toBeUndefined();
  expect(componentValue(object, "etcd")).toBeUndefined();
});

it("knows no component in documents about others", () => {
  expect(componentValue(pod({ command: [] }, "web"), "kube-apiserver")).toBeUndefined();
  expect(componentValue({ apiVersion: "portcullis.dev/v1", kind: "ComponentFlags", component: "kubelet", flags: [] }, "kube-apiserver")).toBeUndefined();
  expect(componentValue({ apiVersion: "apps/v1", kind: "Deployment", spec: { containers: [{ name: "etcd" }] } }, "etcd")).toBeUndefined();
});

it("points at the list in which a flag that is missing would stand", () => {
  expect(componentValue(pod({ command: ["kube-apiserver"] }), "kube-apiserver")?.["at"]).toBe("spec.containers[1].command");
  expect(componentValue(pod({ command: ["kube-apiserver"], args: ["--v=2"] }), "kube-apiserver")?.["at"]).toBe("spec.containers[1].args");
});
