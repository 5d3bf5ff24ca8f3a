import { containsAny, defineDetection, strings, syscalls } from "portcullis";
import { excused, inContainer, place } from "./events.ts";
import { by, connects, connectsTo, csi, node, proxy, unknown, web, worker } from "./fixtures.ts";

const agent = { allowedProcesses: ["node-agent"], allowedImages: ["registry.example.com/observe/agent"] };

export default defineDetection({
  title: "A container talked to the container runtime",
  description: "The runtime starts any container with any privilege, and asks nobody: not the API server, not admission. Its socket in a container is root on the node.",
  severity: "critical",
  frameworks: { nsa: { "1.2": ["log/alerts"] }, owasp: { "2022": ["K05"], "2025": ["K10"] }, seed: ["H07"] },
  techniques: ["T1610", "T1611"],
  source: syscalls(),
  parameters: {
    sockets: strings({ default: ["docker.sock", "containerd.sock", "crio.sock", "cri-dockerd.sock", "podman.sock"], description: "Names of the runtimes' sockets. The path is that inside the container, so the file's name is what stays." }),
    allowedImages: strings({ default: [], description: "Repositories of images in which the allowed processes may talk to the runtime; empty for all images." }),
    allowedProcesses: strings({ default: [], description: "Processes that ask the runtime as their work, such as a node's monitoring. Names are cut after 15 characters." }),
  },
  when: ({ event, parameters }) => event["evt.type"] === "connect" && inContainer(event) && event["fd.type"] === "unix" && containsAny(event["fd.name"], parameters.sockets) && !excused(event, parameters.allowedProcesses, parameters.allowedImages),
  fields: ["fd.name", "evt.res", "proc.cmdline", "proc.pname", ...place],
  response: "List the node's containers by the runtime's own tool and look for one that no pod has. End the pod, and give none that socket.",
  fires: [
    { name: "the client of Docker, as a socket of the node is mounted", event: { ...worker, ...by("docker", "docker run -v /:/host alpine", "sh", 34816), ...connectsTo("/var/run/docker.sock") } },
    { name: "by hand, under another mount", event: { ...worker, ...by("curl", "curl --unix-socket /host/run/containerd/containerd.sock x"), ...connectsTo("/host/run/containerd/containerd.sock") } },
    { name: "a socket that was not there", event: { ...web, ...by("python3", "python3 x.py"), ...connectsTo("/run/crio/crio.sock"), "evt.res": "ENOENT", "evt.rawres": -2 } },
    { name: "a shell's tool in a monitoring image", event: { ...worker, ...by("curl", "curl --unix-socket"), "container.image.repository": "registry.example.com/observe/agent", ...connectsTo("/run/containerd/containerd.sock") }, parameters: agent },
    { name: "a container of which nothing is known yet", event: { ...unknown, ...by("node-agent", "node-agent"), ...connectsTo("/run/containerd/containerd.sock") }, parameters: agent },
  ],
  quiet: [
    { name: "the node's monitoring", event: { ...worker, ...by("node-agent", "node-agent", "containerd-shim"), "container.image.repository": "registry.example.com/observe/agent", ...connectsTo("/run/containerd/containerd.sock") }, parameters: agent },
    { name: "a storage driver's sidecar", event: { ...csi, ...by("csi-node-driver", "csi-node-driver-registrar"), ...connectsTo("/csi/csi.sock") } },
    { name: "a mesh's proxy", event: { ...proxy, ...by("envoy", "envoy", "pilot-agent"), ...connectsTo("/etc/istio/proxy/XDS") } },
    { name: "a database beside its pooler", event: { ...web, ...by("pgbouncer", "pgbouncer /etc/pgbouncer.ini"), ...connectsTo("/var/run/postgresql/.s.PGSQL.5432") } },
    { name: "the kubelet", event: { ...node, ...by("kubelet", "kubelet", "systemd"), ...connectsTo("/run/containerd/containerd.sock") } },
    { name: "a connection to an address", event: { ...web, ...by("node", "node server.js"), ...connects("10.244.5.8", 8080) } },
  ],
});
