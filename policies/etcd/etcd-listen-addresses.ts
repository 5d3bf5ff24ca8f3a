import { boolean, choice, component, defineControl, lowerAscii, strings } from "portcullis";
import { configFile, etcd, etcdProcess, kubeadmEtcd, otherComponent } from "./fixtures.ts";

export default defineControl({
  title: "Members of etcd must listen on named addresses, over TLS",
  description:
    "An etcd that listens on every address is one firewall rule away from whoever reaches the node, and one in plain text hands over what it holds to whoever listens on the way. Its metrics, which need no certificate, belong on loopback.",
  severity: "high",
  frameworks: { nsa: { "1.2": ["cp/etcd"] }, owasp: { "2022": ["K09"], "2025": ["K06"] }, seed: ["H11"] },
  match: component("etcd"),
  parameters: {
    allowUnspecified: boolean({ default: false, description: "Whether etcd may listen on every address of the node." }),
    allowMetrics: strings({ default: [], description: "URLs beside those of loopback at which metrics may be served, as the flag names them." }),
    configFile: choice(["fail", "pass"], configFile),
  },
  findings: {
    a: "Clients or peers are spoken to in plain text",
    b: "etcd listens on every address of the node",
    c: "Metrics are served beyond the node",
  },

  check({ component: server, parameters, deny }) {
    const file = server.flags["config-file"];
    if (file !== undefined) {
      if (parameters.configFile === "fail") deny(file, "", `--config-file is ${file.value}, which takes the place of all flags`, "a");
      return;
    }
    for (const flag of ["listen-client-urls", "listen-peer-urls"]) {
      if (server.flags[flag] === undefined) deny(server, "", `--${flag} is not set, which means plain text on loopback`, "a");
      for (const url of server.flags[flag]?.items ?? []) {
        if (!parameters.allowUnspecified && isUnspecified(url.value)) deny(url, "", `--${flag} names ${url.value}, which is every address`, "b");
      }
    }
    for (const flag of ["listen-client-urls", "listen-peer-urls", "advertise-client-urls", "initial-advertise-peer-urls"]) {
      for (const url of server.flags[flag]?.items ?? []) {
        if (lowerAscii(url.value).startsWith("http://")) deny(url, "", `--${flag} names ${url.value}`, "a");
      }
    }
    for (const url of server.flags["listen-metrics-urls"]?.items ?? []) {
      if (!isOnLoopback(url.value) && !parameters.allowMetrics.includes(url.value)) deny(url, "", `metrics are served at ${url.value}`, "c");
    }
  },

  remediation: "Name the addresses that the API servers and the other members use in --listen-client-urls and --listen-peer-urls, with https, and loopback in --listen-metrics-urls.",
  pass: [
    {
      name: "named addresses over TLS, and metrics on loopback",
      object: etcd("--listen-client-urls=https://127.0.0.1:2379,https://10.0.0.11:2379", "--advertise-client-urls=https://10.0.0.11:2379", "--listen-peer-urls=https://10.0.0.11:2380", "--initial-advertise-peer-urls=https://10.0.0.11:2380", "--listen-metrics-urls=http://127.0.0.1:2381,http://localhost:2381,http://[::1]:2381"),
    },
    { name: "kubeadm, which names its addresses", object: kubeadmEtcd({ name: "quota-backend-bytes", value: "8589934592" }) },
    { name: "every address behind a firewall", parameters: { allowUnspecified: true }, object: etcdProcess("--listen-client-urls=https://0.0.0.0:2379", "--listen-peer-urls=https://[::]:2380") },
    { name: "metrics where they are collected", parameters: { allowMetrics: ["http://10.0.0.11:2381"] }, object: kubeadmEtcd({ name: "listen-metrics-urls", value: "http://127.0.0.1:2381,http://10.0.0.11:2381" }) },
    { name: "addresses that only end like the one that is all", object: etcdProcess("--listen-client-urls=https://10.0.0.0:2379", "--listen-peer-urls=https://[2001:db8::]:2380") },
    { name: "a file that somebody else looks at", parameters: { configFile: "pass" }, object: etcd("--config-file=/var/lib/etcd/config") },
    { name: "another component", object: otherComponent("--listen-client-urls=http://0.0.0.0:2379") },
  ],
  fail: [
    {
      name: "nothing said, which means plain text on loopback",
      object: etcdProcess("--data-dir=/var/lib/etcd"),
      at: [
        { finding: "a", path: "flags" },
        { finding: "a", path: "flags" },
      ],
    },
    {
      name: "every address of both families, and metrics for all",
      object: etcd("--listen-client-urls=https://0.0.0.0:2379,HTTP://127.0.0.1:2379", "--listen-peer-urls=https://[::]:2380", "--listen-metrics-urls=http://0.0.0.0:2381"),
      at: [
        { finding: "a", path: "spec.containers[0].command[1]" },
        { finding: "b", path: "spec.containers[0].command[1]" },
        { finding: "b", path: "spec.containers[0].command[2]" },
        { finding: "c", path: "spec.containers[0].command[3]" },
      ],
    },
    {
      name: "plain text that is told to others",
      object: kubeadmEtcd({ name: "advertise-client-urls", value: "http://10.0.0.11:2379" }, { name: "initial-advertise-peer-urls", value: "http://10.0.0.11:2380" }),
      at: [
        { finding: "a", path: "etcd.local.extraArgs[0].value" },
        { finding: "a", path: "etcd.local.extraArgs[1].value" },
      ],
    },
    { name: "plain text between peers", object: kubeadmEtcd({ name: "listen-peer-urls", value: "http://10.0.0.11:2380" }), at: [{ finding: "a", path: "etcd.local.extraArgs[0].value" }] },
    { name: "a name that only begins like loopback", object: kubeadmEtcd({ name: "listen-metrics-urls", value: "http://localhost.example.com:2381" }), at: [{ finding: "c", path: "etcd.local.extraArgs[0].value" }] },
    { name: "a file, which makes the flags beside it mean nothing", object: etcd("--config-file=/var/lib/etcd/config"), at: [{ finding: "a", path: "spec.containers[0].command[1]" }] },
  ],
});

function isUnspecified(url: string): boolean {
  return /^[A-Za-z]+:\/\/(0\.0\.0\.0|\[[0:]+\])?(:|\/|$)/.test(url);
}

function isOnLoopback(url: string): boolean {
  return /^[A-Za-z]+:\/\/(localhost|127\.[0-9]+\.[0-9]+\.[0-9]+|\[::1\])(:|\/|$)/.test(url);
}
