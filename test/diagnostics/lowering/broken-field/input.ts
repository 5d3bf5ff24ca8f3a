import { auditLog, defineDetection } from "portcullis";

export default defineDetection({
  title: "A pod asks for capabilities",
  description: "Somebody asks.",
  severity: "low",
  frameworks: {},
  source: auditLog(),
  when: ({ event }) => event["ka.req.pod.containers.add_capabilities"] !== undefined,
  fields: ["ka.verb"],
  response: "Look at it.",
  fires: [],
  quiet: [],
});
