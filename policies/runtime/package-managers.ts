import { containsAny, defineDetection, isOneOf, sharesAny, startsWithAny, strings, type SyscallEvent, syscalls } from "portcullis";
import { inContainer, newProcess, place } from "./events.ts";
import { build, node, started, web, worker } from "./fixtures.ts";

export default defineDetection({
  title: "A package manager was run in a container",
  description: "An intruder who finds no tools in an image installs them. Workloads install nothing at run time, for then nobody could say what they run.",
  severity: "medium",
  frameworks: { nsa: { "1.2": ["log/alerts"] }, owasp: { "2022": ["K05"], "2025": ["K10"] }, seed: ["H07"] },
  techniques: ["T1105", "T1072"],
  source: syscalls(),
  parameters: {
    managers: strings({ default: ["apk", "apt", "apt-get", "dpkg", "dnf", "microdnf", "rpm", "yum", "zypper", "pip", "pip3", "conda", "uv", "gem", "npm"], description: "Names of package managers." }),
    allowedImages: strings({ default: [], description: "Repositories of images in which packages are installed by design, such as those of build runners." }),
  },
  when: ({ event, parameters }) => newProcess(event) && inContainer(event) && isManager(event, parameters.managers) && !sharesAny(event["proc.aname"], parameters.managers) && !isOneOf(event["container.image.repository"], parameters.allowedImages),
  fields: ["proc.cmdline", "proc.pname", "proc.exepath", ...place],
  response: "Ask the workload's owners whether they install at start; if so, build it into the image. If they do not, treat the container as taken over.",
  fires: [
    { name: "a tool is installed by hand", event: { ...worker, ...started("apt-get", "apt-get install -y nmap", "bash", 34816) } },
    { name: "a module is installed by the interpreter", event: { ...worker, ...started("python3", "python3 -m pip install paramiko") } },
    { name: "npm by its script", event: { ...web, ...started("node", "node /usr/lib/node_modules/npm/bin/npm-cli.js install socks-proxy") } },
    { name: "npm adds a package", event: { ...web, ...started("npm", "npm node /usr/local/bin/npm install socks-proxy") } },
  ],
  quiet: [
    { name: "a build runner whose image is allowed", event: { ...build, ...started("apk", "apk add --no-cache git") }, parameters: { allowedImages: ["registry.example.com/ci/builder"] } },
    { name: "what a package manager starts", event: { ...worker, ...started("dpkg", "dpkg --configure -a", "apt-get"), "proc.aname": ["apt-get", "bash"] } },
    { name: "a workload that npm starts", event: { ...web, ...started("npm", "npm node /usr/local/bin/npm start", "containerd-shim") } },
    { name: "a workload that uv starts", event: { ...worker, ...started("uv", "uv run --frozen app.py", "containerd-shim") } },
    { name: "a workload in Python", event: { ...worker, ...started("python3", "python3 -m gunicorn shop.wsgi", "containerd-shim") } },
    { name: "the node's updates", event: { ...node, ...started("apt-get", "apt-get upgrade", "unattended-upgr") } },
    { name: "a script of nearly that name", event: { ...web, ...started("pipeline", "pipeline --stage load") } },
  ],
});

/** Whether a package manager is run, under its own name or by its interpreter. */
const isManager = (event: SyscallEvent, managers: readonly string[]): boolean => (isOneOf(event["proc.name"], managers) && (!startsWorkloads(event) || containsAny(event["proc.cmdline"], installs))) || isInterpreted(event);

// The catalogue takes the name alone; npm start and uv run are how many workloads begin.
const startsWorkloads = (event: SyscallEvent): boolean => isOneOf(event["proc.name"], ["npm", "uv", "conda"]);

const installs: readonly string[] = [" install", " add ", " ci", " i ", " sync", " create", " update"];

const isInterpreted = (event: SyscallEvent): boolean =>
  (startsWithAny(event["proc.name"], ["python"]) && containsAny(event["proc.cmdline"], [" -m pip ", " -m conda "])) || (event["proc.name"] === "node" && containsAny(event["proc.cmdline"], ["/npm-cli.js install", "/npm-cli.js i ", "/npm-cli.js ci", "/npm-cli.js add "]));
