import { defineDetection, syscalls } from "portcullis";

const definition = {
  title: "A program was started",
  description: "Something runs.",
  severity: "low",
  frameworks: {},
  source: syscalls(),
  when: () => true,
  fields: [],
  response: "Look at it.",
  fires: [],
  quiet: [],
} as const;

export default defineDetection(definition);
