import { defineDetection, startsWithAny, strings, syscalls } from "portcullis";
import { excused, inContainer, newProcess, place } from "./events.ts";
import { build, node, started, unknown, web, worker } from "./fixtures.ts";

export default defineDetection({
  title: "A program that is not part of its image was started",
  description: "An image holds what its workload runs. A program that came later was brought by somebody: downloaded, unpacked or compiled in the running container.",
  severity: "high",
  frameworks: { nsa: { "1.2": ["log/alerts", "pod/immutable-fs"] }, owasp: { "2022": ["K05"], "2025": ["K10"] }, seed: ["H07"] },
  techniques: ["T1105"],
  source: syscalls(),
  parameters: {
    writableDirs: strings({ default: ["/tmp/", "/var/tmp/", "/dev/shm/", "/run/"], description: "Directories that anybody may write, with a slash at the end." }),
    allowedImages: strings({ default: [], description: "Repositories of images in which the allowed processes may be new; empty for all images." }),
    // The catalogue excuses by image alone, and an intruder's program would run in that image too.
    allowedProcesses: strings({ default: [], description: "Processes that come into their containers at run time, such as what a build makes." }),
  },
  rules: {
    a: {
      title: "A program was started that is not in the container's image",
      when: ({ event, parameters }) => newProcess(event) && inContainer(event) && event["proc.is_exe_upper_layer"] === true && !excused(event, parameters.allowedProcesses, parameters.allowedImages),
      fields: ["proc.exepath", "proc.cmdline", "proc.pname", ...place],
    },
    b: {
      title: "A program was started out of a directory that anybody may write",
      when: ({ event, parameters }) => newProcess(event) && inContainer(event) && startsWithAny(event["proc.exepath"], parameters.writableDirs) && !excused(event, parameters.allowedProcesses, parameters.allowedImages),
      fields: ["proc.exepath", "proc.cmdline", "proc.pname", ...place],
    },
  },
  response: "Keep a copy of the program and its hash, then end the pod. Find out how it came in, and give the workload a read-only root file system.",
  fires: [
    { name: "a downloaded program in the workload's directory", event: { ...web, ...started("kworkerd", "kworkerd -B"), "proc.exepath": "/app/kworkerd", "proc.is_exe_upper_layer": true }, findings: ["a"] },
    { name: "one in /tmp, which is in the same overlay", event: { ...web, ...started("x", "x"), "proc.exepath": "/tmp/x", "proc.is_exe_upper_layer": true }, findings: ["a", "b"] },
    { name: "one in a volume of memory, which no overlay knows of", event: { ...worker, ...started("a.out", "a.out"), "proc.exepath": "/dev/shm/a.out" }, findings: ["b"] },
    { name: "a container of which nothing is known yet", event: { ...unknown, ...started("x", "x"), "proc.exepath": "/run/x" }, parameters: { allowedProcesses: ["x"], allowedImages: ["registry.example.com/ci/builder"] }, findings: ["b"] },
    { name: "another program in an image whose build tool is allowed", event: { ...build, ...started("x", "x"), "proc.exepath": "/tmp/x" }, parameters: { allowedProcesses: ["go-build"], allowedImages: ["registry.example.com/ci/builder"] }, findings: ["b"] },
  ],
  quiet: [
    { name: "the workload itself", event: { ...web, ...started("nginx", "nginx -g daemon off;", "containerd-shim"), "proc.exepath": "/usr/sbin/nginx", "proc.is_exe_lower_layer": true } },
    { name: "a health probe", event: { ...worker, ...started("grpc_health_pro", "grpc_health_probe -addr=:8080", "runc"), "proc.exepath": "/bin/grpc_health_probe", "proc.is_exe_lower_layer": true } },
    { name: "a script that was written at start, whose program is the image's shell", event: { ...worker, ...started("init.sh", "init.sh /tmp/init.sh"), "proc.exepath": "/bin/sh", "proc.is_exe_lower_layer": true } },
    { name: "a JVM that unpacks libraries into /tmp", event: { ...worker, ...started("java", "java -Djava.io.tmpdir=/tmp -jar app.jar", "containerd-shim"), "proc.exepath": "/opt/java/openjdk/bin/java" } },
    { name: "the node's own program in /run", event: { ...node, ...started("generator", "generator", "systemd"), "proc.exepath": "/run/systemd/generator" } },
    { name: "a build runs what it has made", event: { ...build, ...started("app.test", "app.test -test.v"), "proc.exepath": "/tmp/go-build38/b001/app.test", "proc.is_exe_upper_layer": true }, parameters: { allowedProcesses: ["app.test"], allowedImages: ["registry.example.com/ci/builder"] } },
  ],
});
