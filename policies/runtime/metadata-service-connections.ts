import { defineDetection, isOneOf, strings, type SyscallEvent, syscalls } from "portcullis";
import { inContainer, outbound, place, serverIn } from "./events.ts";
import { by, connects, csi, node, proxy, unknown, web, worker } from "./fixtures.ts";

export default defineDetection({
  title: "A container talked to the cloud's metadata service",
  description: "The metadata service gives whoever asks from a node the credentials of that node. A request forged by a web server is enough to take them.",
  severity: "high",
  frameworks: { nsa: { "1.2": ["cp/cloud-metadata", "log/alerts"] }, owasp: { "2022": ["K05"], "2025": ["K08", "K10"] }, seed: ["H07"] },
  techniques: ["T1552.005"],
  source: syscalls(),
  parameters: {
    addresses: strings({ default: ["169.254.169.254", "169.254.170.2", "169.254.170.23", "100.100.100.200", "fd00:ec2::254"], description: "Addresses of metadata and credential services." }),
    allowedNamespaces: strings({ default: ["kube-system"], description: "Namespaces whose programs use the service as their work; tools that a person runs are reported there too." }),
    allowedImages: strings({ default: [], description: "Repositories of images whose programs get their cloud identity there; tools that a person runs are reported there too." }),
    // The catalogue excuses a whole namespace, and with it an intruder's shell in one of its pods.
    tools: strings({ default: ["curl", "wget", "nc", "ncat", "socat", "busybox", "sh", "bash", "dash", "ash", "python3", "perl", "ruby", "php", "aws", "gcloud", "az"], description: "Tools that are reported in allowed namespaces and images too." }),
  },
  when: ({ event, parameters }) => outbound(event) && inContainer(event) && serverIn(event, parameters.addresses) && !(isKnown(event, parameters.allowedNamespaces, parameters.allowedImages) && isProgram(event, parameters.tools)),
  fields: ["fd.sip", "fd.sport", "proc.cmdline", "proc.pname", ...place],
  response: "Find out whether credentials were asked for, and look for their use in the cloud's own log. Block the address for the namespace, or ask for signed requests alone.",
  fires: [
    { name: "credentials are fetched by hand", event: { ...worker, ...by("curl", "curl http://169.254.169.254/latest/meta-data/iam/", "bash", 34816), ...connects("169.254.169.254", 80) } },
    { name: "a web server is made to ask", event: { ...web, ...by("node", "node server.js", "containerd-shim"), ...connects("169.254.169.254", 80) } },
    { name: "over IPv6", event: { ...worker, ...by("python3", "python3 x.py"), ...connects("fd00:ec2::254", 80) } },
    { name: "a shell in a system pod", event: { ...csi, ...by("curl", "curl http://169.254.169.254/", "sh", 34816), ...connects("169.254.169.254", 80) } },
    { name: "a container of which nothing is known yet", event: { ...unknown, ...by("app", "app"), ...connects("169.254.170.2", 80) } },
  ],
  quiet: [
    { name: "a storage driver asks on which node it is", event: { ...csi, ...by("aws-ebs-csi-dri", "aws-ebs-csi-driver node", "containerd-shim"), ...connects("169.254.169.254", 80) } },
    { name: "a workload whose image gets its identity there", event: { ...worker, ...by("java", "java -jar app.jar", "containerd-shim"), ...connects("169.254.170.23", 80) }, parameters: { allowedImages: ["registry.example.com/shop/worker"] } },
    { name: "the node's own agent", event: { ...node, ...by("kubelet", "kubelet", "systemd"), ...connects("169.254.169.254", 80) } },
    { name: "a name server of the node with a link-local address", event: { ...web, ...by("node", "node server.js"), ...connects("169.254.20.10", 53, "udp") } },
    { name: "a mesh's proxy talks to a pod", event: { ...proxy, ...by("envoy", "envoy", "pilot-agent"), ...connects("10.244.5.8", 8080) } },
    { name: "an SDK that could not get through", event: { ...web, ...by("node", "node server.js"), ...connects("169.254.169.254", 80), "evt.res": "EHOSTUNREACH", "evt.rawres": -113 } },
  ],
});

/** Whether the pod is one that uses the service as its work. */
const isKnown = (event: SyscallEvent, namespaces: readonly string[], images: readonly string[]): boolean => isOneOf(event["k8s.ns.name"], namespaces) || isOneOf(event["container.image.repository"], images);

/** Whether a program did it, and not a tool that a person runs. */
const isProgram = (event: SyscallEvent, tools: readonly string[]): boolean => event["proc.name"] !== undefined && !isOneOf(event["proc.name"], tools);
