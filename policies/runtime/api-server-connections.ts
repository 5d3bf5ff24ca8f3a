import { defineDetection, integers, isOneOf, strings, syscalls } from "portcullis";
import { connection, excused, inContainer, place, serverIn } from "./events.ts";
import { by, connects, node, proxy, unknown, web, worker } from "./fixtures.ts";

const cluster = { addresses: ["10.96.0.1", "10.0.0.5"] };

export default defineDetection({
  title: "A container that is not known for it talked to the API server",
  description: "Most workloads never talk to the API server. One that begins to may have an intruder in it, who tries what the pod's token opens.",
  severity: "medium",
  frameworks: { nsa: { "1.2": ["log/alerts"] }, owasp: { "2022": ["K05"], "2025": ["K10", "K09"] }, seed: ["H07"] },
  techniques: ["T1613", "T1552.007"],
  source: syscalls(),
  parameters: {
    addresses: strings({ default: [], description: "Addresses of the API server: that of its Service and those of its endpoints, for the kernel may see either. Required: without any, nothing is reported." }),
    ports: integers({ default: [443, 6443], description: "Ports of the API server." }),
    allowedImages: strings({ default: [], description: "Repositories of images in which the allowed processes may talk to it; empty for all images." }),
    allowedProcesses: strings({ default: [], description: "Processes that talk to the API server as their work, such as controllers. Names are cut after 15 characters." }),
  },
  when: ({ event, parameters }) => connection(event) && inContainer(event) && serverIn(event, parameters.addresses) && isOneOf(event["fd.sport"], parameters.ports) && !excused(event, parameters.allowedProcesses, parameters.allowedImages),
  fields: ["fd.name", "fd.sip", "fd.sport", "proc.cmdline", "proc.pname", ...place],
  response: "Look in the audit log for what the pod's account asked for. Mount no token and allow no way to the API server where the workload needs neither.",
  fires: [
    { name: "an intruder looks around by the Service's address", event: { ...web, ...by("curl", "curl -k https://10.96.0.1/api/v1/secrets", "sh", 34816), ...connects("10.96.0.1", 443) }, parameters: cluster },
    { name: "by an endpoint's, which is what the kernel sees where sockets are load-balanced", event: { ...web, ...by("kubectl", "kubectl get secrets"), ...connects("10.0.0.5", 6443) }, parameters: cluster },
    { name: "a shell's tool in a controller's image", event: { ...worker, ...by("curl", "curl -k https://10.96.0.1"), ...connects("10.96.0.1", 443) }, parameters: { ...cluster, allowedProcesses: ["controller"], allowedImages: ["registry.example.com/shop/worker"] } },
    { name: "an image that is not known yet", event: { ...unknown, ...by("controller", "controller"), ...connects("10.96.0.1", 443) }, parameters: { ...cluster, allowedProcesses: ["controller"], allowedImages: ["registry.example.com/shop/worker"] } },
  ],
  quiet: [
    { name: "a controller", event: { ...worker, ...by("controller", "controller --leader-elect", "containerd-shim"), ...connects("10.96.0.1", 443) }, parameters: { ...cluster, allowedProcesses: ["controller"], allowedImages: ["registry.example.com/shop/worker"] } },
    { name: "a mesh's proxy talks to its control plane", event: { ...proxy, ...by("pilot-agent", "pilot-agent proxy sidecar"), ...connects("10.96.44.2", 15012) }, parameters: cluster },
    { name: "the kubelet", event: { ...node, ...by("kubelet", "kubelet", "systemd"), ...connects("10.0.0.5", 6443) }, parameters: cluster },
    { name: "a query to the cluster's name server", event: { ...web, ...by("node", "node server.js"), ...connects("10.96.0.10", 53, "udp") }, parameters: cluster },
    { name: "another port of the same host", event: { ...worker, ...by("node_exporter", "node_exporter"), ...connects("10.0.0.5", 9100) }, parameters: cluster },
  ],
});
