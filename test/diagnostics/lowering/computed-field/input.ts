import { defineDetection, string, syscalls } from "portcullis";

export default defineDetection({
  title: "A label says so",
  description: "Something runs.",
  severity: "low",
  frameworks: {},
  source: syscalls(),
  parameters: { label: string({ default: "app", description: "The label." }) },
  when: ({ event, parameters }) => event[`k8s.pod.label[${parameters.label}]`] === "web",
  fields: ["proc.name"],
  response: "Look at it.",
  fires: [],
  quiet: [],
});
