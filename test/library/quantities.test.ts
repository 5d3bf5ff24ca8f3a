import * as fc from "fast-check";
import { quantityInMilli } from "portcullis";
import { expect, it } from "vitest";

it.each([
  ["1Gi", "1024Mi"],
  ["1", "1000m"],
  ["0.5", "500m"],
  [".5", "500m"],
  ["1.001", "1001m"],
  ["1k", "1e3"],
  ["129M", "129e6"],
  ["128974848", "123Mi"],
  ["+1Gi", "1Gi"],
  ["1E", "1000P"],
  ["1Ei", "1024Pi"],
  ["5e-1", "500m"],
  ["1e+3", "1000"],
  ["1.", "1"],
  ["1000u", "1m"],
  ["1000000n", "1m"],
  [2, "2"],
  [0.1, "100m"],
])("holds %s and %s equal", (left, right) => expect(quantityInMilli(left)).toBe(quantityInMilli(right)));

it.each(["", "Gi", "1Zi", "1K", "-1", "1 Gi", "1gi", "0x10", "1e99", "one", "1Gi ", "1.2.3"])("has no value for %j", (text) => expect(quantityInMilli(text)).toBeUndefined());

const suffixes: Readonly<Record<string, bigint>> = { "": 1n, k: 10n ** 3n, M: 10n ** 6n, G: 10n ** 9n, T: 10n ** 12n, Ki: 2n ** 10n, Mi: 2n ** 20n, Gi: 2n ** 30n, Ti: 2n ** 40n };

it("is exact for every quantity with at most three decimals whose value fits", () => {
  const parts = fc.tuple(fc.integer({ min: 0, max: 8000 }), fc.stringMatching(/^[0-9]{0,3}$/), fc.constantFrom(...Object.keys(suffixes)));
  fc.assert(
    fc.property(parts, ([whole, fraction, suffix]) => {
      const expected = (BigInt(whole) * 1000n + BigInt(fraction.padEnd(3, "0"))) * (suffixes[suffix] ?? 0n);
      fc.pre(expected <= BigInt(Number.MAX_SAFE_INTEGER));
      expect(quantityInMilli(`${whole}${fraction === "" ? "" : `.${fraction}`}${suffix}`)).toBe(Number(expected));
    }),
    { numRuns: 1000 },
  );
});

it("still orders quantities that are finer than a thousandth", () => {
  expect(quantityInMilli("1.0001Gi")).toBeGreaterThan(quantityInMilli("1Gi") ?? NaN);
  expect(quantityInMilli("9999.0001Gi")).toBeGreaterThan(quantityInMilli("9Ti") ?? NaN);
  expect(quantityInMilli("1u")).toBeLessThan(quantityInMilli("1m") ?? NaN);
});
