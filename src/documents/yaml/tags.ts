import type { ScalarNode } from "../syntax/node.ts";
import { Problem } from "../syntax/problem.ts";
import { type Resolved, resolvePlain } from "./resolve.ts";

const prefix = "tag:yaml.org,2002:";
const typed = new Map<string | undefined, Resolved["kind"]>([
  [`${prefix}null`, "null"],
  [`${prefix}bool`, "boolean"],
  [`${prefix}int`, "integer"],
  [`${prefix}float`, "float"],
]);

/** What a scalar with a tag is. A tag that kubectl does not know makes it a text. Throws `Problem`. */
export function taggedValue(node: ScalarNode): Resolved {
  const { tag, text } = node;
  if (tag === `${prefix}binary`) return { kind: "string", value: decodeBinary(node) };
  if (tag === `${prefix}timestamp`) return { kind: "string", value: checkTimestamp(node) };
  const wanted = typed.get(tag);
  if (wanted === undefined) return { kind: "string", value: text };

  const resolved = resolvePlain(text);
  if (resolved.kind === wanted) return resolved;
  if (wanted === "float" && resolved.kind === "integer" && resolved.value < 2n ** 63n) return { kind: "float", value: Number(resolved.value) };
  throw new Problem(node.start, `${JSON.stringify(text)} is no ${wanted}, as its tag !!${tag?.slice(prefix.length)} says.`, "Remove the tag or change the value.");
}

function decodeBinary(node: ScalarNode): string {
  const compact = node.text.replace(/[\r\n]/g, "");
  if (compact.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(compact)) throw new Problem(node.start, "A !!binary value is not base64.");
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.from(compact, "base64"));
  } catch {
    throw new Problem(node.start, "A !!binary value is not UTF-8, and JSON holds texts only.", "Remove !!binary: Kubernetes takes the base64 as it is, for example in a Secret's data.");
  }
}

const timestamp = /^\d{4}-(\d{1,2})-(\d{1,2})(?:(?:[Tt](\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,]\d+)?(?:Z|[-+](\d\d):(\d\d)))|(?: (\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,]\d+)?))?$/;

/** A date stays the text it is; the tag only demands that it be one. */
function checkTimestamp(node: ScalarNode): string {
  const parts = timestamp.exec(node.text);
  const day = Number(parts?.[2]);
  const [hour, minute, second] = [3, 4, 5].map((group) => Number(parts?.[group] ?? parts?.[group + 5] ?? 0));
  const date = new Date(`${node.text.slice(0, 4)}-${(parts?.[1] ?? "").padStart(2, "0")}-01T00:00:00Z`);
  date.setUTCDate(day);
  const valid = parts !== null && date.getUTCDate() === day && Number(hour) < 24 && Number(minute) < 60 && Number(second) < 60 && Number(parts[6] ?? 0) <= 24 && Number(parts[7] ?? 0) <= 60;
  if (!valid) throw new Problem(node.start, `${JSON.stringify(node.text)} is no date, as its tag !!timestamp says.`);
  return node.text;
}
