import * as fc from "fast-check";
import { versionNumber } from "portcullis";
import { expect, it } from "vitest";

it("puts 1.9 below 1.10", () => {
  expect(versionNumber("1.9")).toBeLessThan(versionNumber("1.10") ?? NaN);
  expect(versionNumber("v1.29.3")).toBeGreaterThan(versionNumber("1.29") ?? NaN);
});

it.each([
  ["1", "1.0.0"],
  ["v1.29", "1.29.0"],
  ["v1.29.3-eks-a5ec690", "1.29.3"],
  ["v1.29.3+k3s1", "1.29.3"],
  ["1.29.3-gke.1282000", "1.29.3"],
])("reads %s as %s", (left, right) => expect(versionNumber(left)).toBe(versionNumber(right)));

it.each(["", "latest", "v", "1.", "1.2.3.4", "1.29 ", "-1", "123456"])("has no number for %j", (text) => expect(versionNumber(text)).toBeUndefined());

it("orders versions as their parts are ordered", () => {
  const part = fc.integer({ min: 0, max: 99_999 });
  const version = fc.tuple(part, part, part);
  fc.assert(
    fc.property(version, version, (left, right) => {
      const at = left.findIndex((value, index) => value !== right[index]);
      const expected = at === -1 ? 0 : Math.sign((left[at] ?? 0) - (right[at] ?? 0));
      expect(Math.sign((versionNumber(left.join(".")) ?? NaN) - (versionNumber(`v${right.join(".")}`) ?? NaN))).toBe(expected);
    }),
  );
});
