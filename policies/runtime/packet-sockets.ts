import { defineDetection, strings, syscalls } from "portcullis";
import { excused, inContainer, place } from "./events.ts";
import { by, called, cni, failed, node, proxy, web, worker } from "./fixtures.ts";

export default defineDetection({
  title: "A container opened a packet socket",
  description: "A packet socket reads and forges what is on the wire, below every network policy: passwords of neighbours in plain text, and answers in their name.",
  severity: "medium",
  frameworks: { nsa: { "1.2": ["log/alerts", "pod/caps"] }, owasp: { "2022": ["K05"], "2025": ["K10"] }, seed: ["H07"] },
  techniques: ["T1040", "T1557"],
  source: syscalls(),
  parameters: {
    allowedProcesses: strings({ default: ["tcpdump"], description: "Processes that use packet sockets as their work; empty for strict. Names are cut after 15 characters." }),
    allowedImages: strings({ default: [], description: "Repositories of images in which the allowed processes may do so; empty for all images." }),
  },
  when: ({ event, parameters }) => event["evt.type"] === "socket" && inContainer(event) && event["evt.arg.domain"] === "AF_PACKET" && !excused(event, parameters.allowedProcesses, parameters.allowedImages),
  fields: ["evt.arg.domain", "evt.arg.type", "evt.res", "proc.cmdline", "proc.pname", ...place],
  response: "Drop NET_RAW from the workload's capabilities. Treat what went over the node's network in plain text meanwhile as read.",
  fires: [
    { name: "a sniffer", event: { ...worker, ...by("python3", "python3 sniff.py"), ...called("socket", { domain: "AF_PACKET", type: "3", proto: "768" }) } },
    { name: "a spoofer that was refused", event: { ...web, ...by("arpspoof", "arpspoof -i eth0 10.244.3.1"), ...called("socket", { domain: "AF_PACKET", type: "3", proto: "1544" }), ...failed("EPERM", 1) } },
    { name: "tcpdump, where it is not allowed", event: { ...worker, ...by("tcpdump", "tcpdump -i any"), ...called("socket", { domain: "AF_PACKET", type: "3", proto: "768" }) }, parameters: { allowedProcesses: [] } },
    { name: "tcpdump outside the image for it", event: { ...worker, ...by("tcpdump", "tcpdump -i any"), ...called("socket", { domain: "AF_PACKET", type: "3", proto: "768" }) }, parameters: { allowedImages: ["registry.example.com/net/debug"] } },
  ],
  quiet: [
    { name: "tcpdump", event: { ...worker, ...by("tcpdump", "tcpdump -i any"), ...called("socket", { domain: "AF_PACKET", type: "3", proto: "768" }) } },
    { name: "a network plugin that is allowed", event: { ...cni, ...by("cilium-agent", "cilium-agent"), ...called("socket", { domain: "AF_PACKET", type: "3", proto: "1544" }) }, parameters: { allowedProcesses: ["cilium-agent"], allowedImages: ["quay.io/cilium/cilium"] } },
    { name: "a program lists its network interfaces", event: { ...worker, ...by("controller", "controller"), ...called("socket", { domain: "AF_NETLINK", type: "3", proto: "0" }) } },
    { name: "a mesh's proxy connects", event: { ...proxy, ...by("envoy", "envoy", "pilot-agent"), ...called("socket", { domain: "AF_INET", type: "1", proto: "0" }) } },
    { name: "the node asks for its address", event: { ...node, ...by("dhclient", "dhclient eth0", "systemd"), ...called("socket", { domain: "AF_PACKET", type: "3", proto: "768" }) } },
  ],
});
