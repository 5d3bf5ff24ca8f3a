import { defineDetection, type SyscallEvent, syscalls } from "portcullis";

const starts = ({ event }: { event: SyscallEvent }): boolean => event["evt.type"] === "execve";

export default defineDetection({
  title: "A program was started",
  description: "Something runs.",
  severity: "low",
  frameworks: {},
  source: syscalls(),
  when: starts,
  fields: ["proc.name"],
  response: "Look at it.",
  fires: [],
  quiet: [],
});
