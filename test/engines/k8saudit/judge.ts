import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { engineBinary } from "../engine.ts";

/** An audit event, or the text of one, and the fields that are asked of it. */
export interface FieldQuestion {
  readonly event: unknown;
  readonly fields: readonly string[];
}

/** What Falco's plugins k8saudit and json read from each event, by field. Rejects where a field is not theirs. */
export async function readFields(questions: readonly FieldQuestion[]): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const child = spawn(await engineBinary("k8saudit"), { stdio: ["pipe", "pipe", "inherit"] });
  child.stdin.end(questions.map(({ event, fields }) => `${JSON.stringify({ event: typeof event === "string" ? event : JSON.stringify(event), fields })}\n`).join(""));
  const answers = (await text(child.stdout)).split("\n").filter((line) => line !== "");
  if (answers.length !== questions.length) throw new Error(`the plugins answered ${answers.length} of ${questions.length} questions`);
  return answers.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
}
