import { choice, defineDetection, isOneOf, startsWithAny, strings, type SyscallEvent, syscalls } from "portcullis";
import { inContainer, openRead, place } from "./events.ts";
import { by, node, proxy, reads, web, worker } from "./fixtures.ts";

const token = "/var/run/secrets/kubernetes.io/serviceaccount/token";

export default defineDetection({
  title: "A tool read the pod's service account token",
  description: "With the token anybody is the workload to the API server, from anywhere it can be reached. Workloads read it by their client library; a shell, a copy or a download tool that reads it takes it elsewhere.",
  severity: "high",
  frameworks: { nsa: { "1.2": ["log/alerts", "pod/sa-token"] }, owasp: { "2022": ["K05"], "2025": ["K10", "K09"] }, seed: ["H07"] },
  techniques: ["T1528", "T1552.001"],
  source: syscalls(),
  parameters: {
    directories: strings({ default: ["/var/run/secrets/kubernetes.io/serviceaccount", "/run/secrets/kubernetes.io/serviceaccount", "/var/run/secrets/eks.amazonaws.com/serviceaccount"], description: "Where tokens are mounted." }),
    readers: strings({ default: ["cat", "less", "head", "tail", "cp", "dd", "base64", "curl", "wget", "jq", "tar", "sh", "bash", "python3", "perl"], description: "Tools that are reported, where mode is tools." }),
    mode: choice(["tools", "unlisted"], { default: "tools", description: "Whether the listed tools are reported, or every process that is not allowed." }),
    allowed: strings({ default: [], description: "Processes that read tokens as their work, where mode is unlisted." }),
  },
  when: ({ event, parameters }) =>
    openRead(event) && inContainer(event) && startsWithAny(event["fd.name"], parameters.directories) && !isPublic(event)
    && ((parameters.mode === "tools" && isOneOf(event["proc.name"], parameters.readers) && !isClientLibrary(event)) || (parameters.mode === "unlisted" && !isOneOf(event["proc.name"], parameters.allowed))),
  fields: ["fd.name", "proc.cmdline", "proc.pname", ...place],
  response: "Delete the pod, which ends its token's life, and look in the audit log for what the account asked for since. Mount no token where none is needed.",
  fires: [
    { name: "the token is shown", event: { ...web, ...by("cat", `cat ${token}`, "sh", 34816), ...reads(token) } },
    { name: "the token is taken by where it is linked to", event: { ...worker, ...by("cp", "cp token /tmp"), ...reads("/run/secrets/kubernetes.io/serviceaccount/..2026_11_20_09_14_02.311/token") } },
    { name: "a token for a cloud", event: { ...worker, ...by("base64", "base64 token"), ...reads("/var/run/secrets/eks.amazonaws.com/serviceaccount/token") } },
    { name: "a line of Python", event: { ...worker, ...by("python3", "python3 -c print(open('token').read())"), ...reads(token) } },
    { name: "any process that is not listed", event: { ...web, ...by("nginx", "nginx: worker process"), ...reads(token) }, parameters: { mode: "unlisted", allowed: ["web"] } },
  ],
  quiet: [
    { name: "a client library reads it again as it changes", event: { ...worker, ...by("controller", "controller --leader-elect", "containerd-shim"), ...reads(token) } },
    { name: "an operator in Python starts", event: { ...worker, ...by("python3", "python3 /app/operator.py", "containerd-shim"), ...reads(token) } },
    { name: "a script asks in which namespace it is", event: { ...worker, ...by("cat", "cat /var/run/secrets/kubernetes.io/serviceaccount/namespace", "entrypoint.sh"), ...reads("/var/run/secrets/kubernetes.io/serviceaccount/namespace") } },
    { name: "a probe checks a certificate of the cluster", event: { ...worker, ...by("curl", "curl --cacert ca.crt https://10.96.0.1/healthz"), ...reads("/var/run/secrets/kubernetes.io/serviceaccount/ca.crt") } },
    { name: "a mesh's agent reads the token made for it", event: { ...proxy, ...by("pilot-agent", "pilot-agent proxy sidecar", "containerd-shim"), ...reads("/var/run/secrets/tokens/istio-token") } },
    { name: "the kubelet writes a new one", event: { ...node, ...by("kubelet", "kubelet", "systemd"), ...reads("/var/lib/kubelet/pods/7c/volumes/kubernetes.io~projected/kube-api-access-x/token") } },
    { name: "an allowed process, where all others are reported", event: { ...web, ...by("web", "web --listen=:8080", "containerd-shim"), ...reads(token) }, parameters: { mode: "unlisted", allowed: ["web"] } },
  ],
});

// The catalogue takes the whole directory; the namespace's name and the cluster's certificate are no secrets, and scripts read them at each start.
const isPublic = (event: SyscallEvent): boolean => isOneOf(event["fd.filename"], ["namespace", "ca.crt"]);

// The catalogue takes python3 always; a program in Python reads the token by the client library, and has neither a terminal nor its code in an argument.
const isClientLibrary = (event: SyscallEvent): boolean => event["proc.name"] === "python3" && event["proc.tty"] === 0 && event["proc.cmdline"] !== undefined && !event["proc.cmdline"].includes(" -c");
