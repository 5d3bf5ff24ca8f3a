import { containsAny, defineDetection, strings, syscalls } from "portcullis";

const event = { "evt.type": "execve", "proc.name": "sh" };

export default defineDetection({
  title: "Scenario",
  description: "A detection that shows refusals.",
  severity: "low",
  frameworks: {},
  techniques: ["T1059"],
  source: syscalls(),
  parameters: { names: strings({ default: ["sh"], description: "Names of programs." }) },
  rules: {
    a: { title: "A name of a form", when: ({ event }) => event["evt.type"] === "execve" && event["proc.name"] !== undefined && /^k[0-9]+$/.test(event["proc.name"]), fields: ["proc.name"] },
    b: { title: "A program that started itself", when: ({ event }) => event["evt.type"] === "execve" && event["proc.name"] === event["proc.pname"], fields: ["proc.name"] },
    c: { title: "A call that has no hook", when: ({ event }) => event["evt.type"] === "dup2", fields: ["proc.name"] },
    d: { title: "A command line", when: ({ event }) => event["evt.type"] === "execve" && containsAny(event["proc.cmdline"], ["xmrig"]), fields: ["proc.name"] },
    e: { title: "Anything that a program does", when: ({ event, parameters }) => parameters.names.includes(event["proc.name"] ?? ""), fields: ["proc.name"] },
    f: { title: "A name that Tetragon can hold", when: ({ event, parameters }) => event["evt.type"] === "execve" && parameters.names.includes(event["proc.name"] ?? ""), fields: ["proc.name"] },
  },
  response: "None.",
  fires: [{ name: "a shell", event, findings: ["a", "b", "c", "d", "e", "f"] }],
  quiet: [],
});
