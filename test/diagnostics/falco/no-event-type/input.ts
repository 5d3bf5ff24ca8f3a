import { defineDetection, syscalls } from "portcullis";

export default defineDetection({
  title: "Scenario",
  description: "A detection that shows one refusal.",
  severity: "low",
  frameworks: {},
  techniques: ["T1059"],
  source: syscalls(),
  when: ({ event }) => event["proc.name"] === "nc",
  fields: ["proc.name"],
  response: "None.",
  fires: [{ name: "a tool", event: { "evt.type": "execve", "proc.name": "nc" } }],
  quiet: [],
});
