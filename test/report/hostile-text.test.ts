import { expect, it } from "vitest";
import { createReporter, formats } from "../../src/report/index.ts";
import { hostileEvent, hostileResult, options, report } from "./sample.ts";

it.each(formats)("keeps every character that a terminal would obey or hide out of a report in %s", async (format) => {
  const text = report(await createReporter(format, options), [hostileResult]);
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\ufeff]/u);
});

it.each(formats)("keeps them out of a report on events in %s", async (format) => {
  const text = report(await createReporter(format, options), [hostileEvent], { subject: "event" });
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\ufeff]/u);
});

it("keeps them out of a coloured report too, whose only escapes are colours", async () => {
  const text = report(await createReporter("text", { ...options, colors: true }), [hostileResult]);
  expect(text).toContain("\u001b[31m");
  expect(text.replace(/\u001b\[\d+m/g, "")).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e]/u);
  expect(text).toContain("a\\x1b[31m");
});
