import { choice, component, defineControl, type portcullisv1 } from "portcullis";
import { apiServer, apiServerProcess, otherComponent } from "../api-server/fixtures.ts";
import { configFile, etcd, etcdProcess, kubeadmEtcd } from "./fixtures.ts";

export default defineControl({
  title: "The certificate authority that etcd trusts must sign for nobody else",
  description:
    "Whoever shows a certificate of the authority that etcd trusts is let in, and there are no roles there. If that authority is the one of the cluster's users, the certificate of any of them, of any kubelet, reads every Secret and writes every object past the API server. Authorities are compared by path: a copy of the same certificate under another name is not seen.",
  severity: "medium",
  frameworks: { cis: { "1.12": ["2.7"] }, nsa: { "1.2": ["cp/etcd"] }, owasp: { "2022": ["K09"], "2025": ["K07"] }, seed: ["H11"] },
  match: component("etcd"),
  parameters: { configFile: choice(["pass", "fail"], { ...configFile, default: "pass" }) },
  findings: {
    a: "An API server takes its users' certificates from the same authority",
    b: "kubeadm would give both the same authority, or etcd's is not known",
    c: "The authority that an API server takes its users' certificates from is not known",
  },

  check({ object, component: server, parameters, lookup, deny }) {
    const file = server.flags["config-file"];
    if (file !== undefined && parameters.configFile === "fail") deny(file, "", `--config-file is ${file.value}, which takes the place of all flags, the authority among them`, "b");
    const trusted = server.flags["trusted-ca-file"];
    if (trusted === undefined || file !== undefined) return;

    const authority = trusted.value;
    const servers = [
      ...lookup("v1/Pod", "kube-system").flatMap((other) => (other.spec?.containers ?? []).filter((container) => container.name === "kube-apiserver").map((container) => ({ command: [...(container.command ?? []), ...(container.args ?? [])] }))),
      ...lookup("portcullis.dev/v1/ComponentFlags").filter((other) => other.component === "kube-apiserver").map((other) => ({ command: [...other.flags] })),
    ];
    if (servers.some(({ command }) => takes(command, authority))) deny(trusted, "", `etcd trusts ${authority}, whose certificates the API server takes from its users; give etcd an authority of its own`, "a");
    if (object.kind !== "ClusterConfiguration" && (servers.length === 0 || servers.some(({ command }) => !command.some(namesAuthority)))) {
      deny(trusted, "", `etcd trusts ${authority}, and not every API server is there with a --client-ca-file to compare it with; add its command line, under a name of its own`, "c");
    }
    if (object.kind === "ClusterConfiguration") {
      const given = object.apiVersion === "kubeadm.k8s.io/v1beta3" ? object.apiServer?.extraArgs?.["client-ca-file"] : object.apiServer?.extraArgs?.find(({ name }) => name === "client-ca-file")?.value;
      if ((given ?? "/etc/kubernetes/pki/ca.crt") === authority) deny(trusted, "", `etcd trusts ${authority}, whose certificates the API server takes from its users; give etcd an authority of its own`, "b");
    }
  },

  remediation: "Issue etcd's certificates, those of its members and that of the API server as its client, from an authority that signs nothing else, and name it in --trusted-ca-file.",
  pass: [
    { name: "an authority of its own, as kubeadm makes it", object: etcd("--client-cert-auth=true", "--trusted-ca-file=/etc/kubernetes/pki/etcd/ca.crt"), others: [apiServer("--client-ca-file=/etc/kubernetes/pki/ca.crt", "--etcd-cafile=/etc/kubernetes/pki/etcd/ca.crt")] },
    { name: "no authority at all, which another control finds", object: etcd("--listen-client-urls=http://127.0.0.1:2379"), others: [apiServer("--client-ca-file=/etc/kubernetes/pki/ca.crt")] },
    { name: "the same path in another component, and in a flag that only begins alike", object: etcdProcess("--trusted-ca-file", "/etc/pki/ca.crt"), others: [otherComponent("--requestheader-client-ca-file=/etc/pki/ca.crt"), namedApart(apiServerProcess("--requestheader-client-ca-file", "/etc/pki/ca.crt", "--client-ca-file=/etc/pki/users.crt"))] },
    { name: "kubeadm by itself", object: kubeadmEtcd({ name: "quota-backend-bytes", value: "8589934592" }) },
    {
      name: "kubeadm with an authority for users that is neither",
      object: {
        apiVersion: "kubeadm.k8s.io/v1beta4",
        kind: "ClusterConfiguration",
        kubernetesVersion: "v1.37.2",
        apiServer: { extraArgs: [{ name: "profiling", value: "false" }, { name: "client-ca-file", value: "/etc/pki/users.crt" }] },
        etcd: { local: { dataDir: "/var/lib/etcd", extraArgs: [{ name: "trusted-ca-file", value: "/etc/kubernetes/pki/ca.crt" }] } },
      },
    },
    { name: "a file that somebody else looks at", object: etcd("--config-file=/var/lib/etcd/config", "--trusted-ca-file=/etc/kubernetes/pki/ca.crt"), others: [apiServer("--client-ca-file=/etc/kubernetes/pki/ca.crt")] },
    { name: "another component", object: apiServer("--trusted-ca-file=/etc/kubernetes/pki/ca.crt"), others: [apiServer("--client-ca-file=/etc/kubernetes/pki/ca.crt")] },
  ],
  fail: [
    {
      name: "one authority for everything, as older guides have it",
      object: etcd("--client-cert-auth=true", "--trusted-ca-file=/etc/kubernetes/pki/ca.crt"),
      others: [apiServer("--etcd-cafile=/etc/kubernetes/pki/ca.crt", "--client-ca-file=/etc/kubernetes/pki/ca.crt")],
      at: [{ finding: "a", path: "spec.containers[0].command[2]" }],
    },
    {
      name: "processes of nodes, with the value behind the flag",
      object: etcdProcess("--trusted-ca-file", "/etc/pki/ca.crt"),
      others: [namedApart(apiServerProcess("--client-ca-file", "/etc/pki/ca.crt"))],
      at: [{ finding: "a", path: "flags[1]" }],
    },
    {
      name: "no API server beside it, but one component that is none",
      object: etcd("--trusted-ca-file=/etc/kubernetes/pki/etcd/ca.crt"),
      others: [otherComponent("--client-ca-file=/etc/kubernetes/pki/etcd/ca.crt"), { apiVersion: "v1", kind: "Pod", metadata: { name: "web", namespace: "shop" }, spec: { containers: [{ name: "web", image: "registry.example.com/web:1" }] } }],
      at: [{ finding: "c", path: "spec.containers[0].command[1]" }],
    },
    {
      name: "an API server whose flag has underscores, beside one whose flags are seen",
      object: etcd("--trusted-ca-file=/etc/kubernetes/pki/etcd/ca.crt"),
      others: [apiServer("--client-ca-file=/etc/kubernetes/pki/ca.crt"), namedApart(apiServerProcess("--client_ca_file=/etc/kubernetes/pki/etcd/ca.crt"))],
      at: [{ finding: "c", path: "spec.containers[0].command[1]" }],
    },
    {
      name: "kubeadm, told to give etcd the authority of the cluster",
      object: kubeadmEtcd({ name: "trusted-ca-file", value: "/etc/kubernetes/pki/ca.crt" }),
      at: [{ finding: "b", path: "etcd.local.extraArgs[0].value" }],
    },
    {
      name: "kubeadm, told to take users from etcd's, in its older form",
      object: {
        apiVersion: "kubeadm.k8s.io/v1beta3",
        kind: "ClusterConfiguration",
        kubernetesVersion: "v1.30.4",
        apiServer: { extraArgs: { "client-ca-file": "/etc/pki/one.crt" } },
        etcd: { local: { dataDir: "/var/lib/etcd", extraArgs: { "trusted-ca-file": "/etc/pki/one.crt" } } },
      },
      at: [{ finding: "b", path: "etcd.local.extraArgs.trusted-ca-file" }],
    },
    { name: "a file, where that is not looked at elsewhere", parameters: { configFile: "fail" }, object: etcd("--config-file=/var/lib/etcd/config"), at: [{ finding: "b", path: "spec.containers[0].command[1]" }] },
  ],
});

/** Whether an API server with this command line takes the certificates of an authority from its users. */
const takes = (command: readonly string[], authority: string): boolean =>
  command.some((argument, index) => argument === `--client-ca-file=${authority}` || (argument === "--client-ca-file" && command[index + 1] === authority));

/** Whether an argument says whose certificates an API server takes; in a line for a shell, or written in another way, it is not seen. */
const namesAuthority = (argument: string): boolean => argument === "--client-ca-file" || argument.startsWith("--client-ca-file=");

/** The command line of another component of the same node: documents of one kind are told apart by name. */
function namedApart(flags: portcullisv1.ComponentFlags): portcullisv1.ComponentFlags {
  return { ...flags, metadata: { name: "control-1.kube-apiserver" } };
}
