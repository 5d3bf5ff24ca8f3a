import { dayOf } from "../bundle/expiry.ts";
import { fail, type Io } from "./io.ts";

/**
 * The day on which a build takes itself to run: that of SOURCE_DATE_EPOCH where it is set, so that an old release can be built
 * again as it was (https://reproducible-builds.org/specs/source-date-epoch/). Undefined after an unusable one has been told.
 * `check` does not ask it: whether an exemption holds today is not a matter of what is built.
 */
export function buildDay(io: Pick<Io, "env" | "date" | "stderr" | "exitCode">): string | undefined {
  const text = io.env["SOURCE_DATE_EPOCH"] ?? "";
  if (text === "") return dayOf(io.date());
  // Later than this, the date would have five digits in its year.
  if (/^\d{1,12}$/.test(text) && Number(text) < 253_402_300_800) return dayOf(new Date(Number(text) * 1000));
  fail(io, `SOURCE_DATE_EPOCH is ${JSON.stringify(text)}, which are no seconds since 1970: set it to a whole number, or not at all.`);
  return undefined;
}
