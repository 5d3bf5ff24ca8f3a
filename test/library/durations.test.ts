import * as fc from "fast-check";
import { durationInSeconds } from "portcullis";
import { expect, it } from "vitest";

it.each([
  ["0", 0],
  ["0s", 0],
  ["1h30m", 5400],
  ["4h0m0s", 14_400],
  ["1.5h", 5400],
  ["1m30.5s", 90.5],
  ["90s", 90],
  ["300ms", 0.3],
  ["1500ms", 1.5],
  ["1s100ms", 1.1],
  ["1us", 0.000001],
  ["1µs", 0.000001],
  ["1ns", 0.000000001],
])("reads %s as %d seconds", (text, seconds) => expect(durationInSeconds(text)).toBe(seconds));

it.each(["", "1", "h", "1h1h", "1 h", "-1h", "1d", "30m1h", "1hm", "1.h"])("has no value for %j", (text) => expect(durationInSeconds(text)).toBeUndefined());

it("adds hours, minutes and seconds up", () => {
  const part = fc.option(fc.integer({ min: 0, max: 100_000 }), { nil: undefined });
  fc.assert(
    fc.property(part, part, part, (hours, minutes, seconds) => {
      fc.pre(hours !== undefined || minutes !== undefined || seconds !== undefined);
      const text = [hours === undefined ? "" : `${hours}h`, minutes === undefined ? "" : `${minutes}m`, seconds === undefined ? "" : `${seconds}s`].join("");
      expect(durationInSeconds(text)).toBe((hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0));
    }),
  );
});
