import { auditLog, defineDetection } from "portcullis";

export default defineDetection({
  title: "A request was made",
  description: "Somebody asks.",
  severity: "low",
  frameworks: {},
  source: auditLog(),
  when: ({ event }) => event["ka.verbs"] === "list" || event["jevt.value[/]"] === "x",
  fields: ["ka.verb"],
  response: "Look at it.",
  fires: [],
  quiet: [],
});
