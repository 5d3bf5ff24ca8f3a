import { component, defineControl, durationInSeconds, integer } from "portcullis";
import { apiServer, apiServerProcess, kubeadmApiServer, otherComponent } from "./fixtures.ts";

export default defineControl({
  title: "The API server must end requests in due time",
  description:
    "Requests that may last very long let a few clients hold all of the server's connections; a limit that is too short cuts off lists of large clusters, which looks like an outage.",
  severity: "low",
  frameworks: { cis: { "1.12": ["1.2.20"] }, owasp: { "2022": ["K09"], "2025": ["K07"] } },
  match: component("kube-apiserver"),
  parameters: {
    min: integer({ default: 30, minimum: 0, description: "Seconds that a request must have." }),
    max: integer({ default: 300, minimum: 0, description: "Seconds that a request may take." }),
  },

  check({ component: server, parameters, deny }) {
    const timeout = server.flags["request-timeout"];
    if (timeout === undefined) return;
    // What is no duration is shorter than any.
    const seconds = durationInSeconds(timeout.value) ?? -1;
    if (seconds < parameters.min || seconds > parameters.max) deny(timeout, "", `--request-timeout is ${timeout.value}, not between ${parameters.min} and ${parameters.max} seconds`);
  },

  remediation: "Remove --request-timeout, which makes it 60 seconds, or set it between 30 seconds and 5 minutes.",
  pass: [
    { name: "the default", object: apiServer("--secure-port=6443") },
    { name: "the longest that is allowed, in minutes and seconds", object: apiServer("--request-timeout=4m60s") },
    { name: "the shortest that is allowed", object: kubeadmApiServer({ name: "request-timeout", value: "30s" }) },
    { name: "the longest in many units", object: apiServer("--request-timeout=4m58s1000ms1000000us") },
    { name: "the shortest in a thousandth of a millionth", object: apiServerProcess("--request-timeout=28s1000000µs1000000000ns") },
    { name: "hours, where just as many are asked for", parameters: { min: 5400, max: 5400 }, object: apiServerProcess("--request-timeout", "1h30m") },
    { name: "no limit, where nobody asks for one", parameters: { min: 0, max: 0 }, object: kubeadmApiServer({ name: "request-timeout", value: "0" }) },
    { name: "another component", object: otherComponent("--request-timeout=24h") },
  ],
  fail: [
    { name: "hours", object: apiServer("--request-timeout=1h"), at: ["spec.containers[0].command[1]"] },
    { name: "a second too much, as kubeadm is told", object: kubeadmApiServer({ name: "request-timeout", value: "5m1s" }), at: ["apiServer.extraArgs[0].value"] },
    { name: "a moment too little", object: apiServerProcess("--request-timeout=29s999ms"), at: ["flags[0]"] },
    { name: "a number without a unit", object: apiServerProcess("--request-timeout", "60"), at: ["flags[1]"] },
  ],
});
