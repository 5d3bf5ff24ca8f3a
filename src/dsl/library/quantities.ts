import type { Quantity } from "../../kubernetes/scalars.ts";
import { characters, decimal, lowerAscii } from "../intrinsics.ts";

/** What the suffixes of quantities multiply by; as text, since 1Ei is above the whole numbers that every engine holds. */
const multiples: readonly { readonly suffix: string; readonly factor: string }[] = [
  { suffix: "Ki", factor: "1024" },
  { suffix: "Mi", factor: "1048576" },
  { suffix: "Gi", factor: "1073741824" },
  { suffix: "Ti", factor: "1099511627776" },
  { suffix: "Pi", factor: "1125899906842624" },
  { suffix: "Ei", factor: "1152921504606846976" },
  { suffix: "k", factor: "1000" },
  { suffix: "M", factor: "1000000" },
  { suffix: "G", factor: "1000000000" },
  { suffix: "T", factor: "1000000000000" },
  { suffix: "P", factor: "1000000000000000" },
  { suffix: "E", factor: "1000000000000000000" },
];

const powersOfTen: { readonly [exponent: string]: string } = {
  "-9": "0.000000001", "-8": "0.00000001", "-7": "0.0000001", "-6": "0.000001", "-5": "0.00001", "-4": "0.0001", "-3": "0.001", "-2": "0.01", "-1": "0.1",
  "0": "1", "1": "10", "2": "100", "3": "1000", "4": "10000", "5": "100000", "6": "1000000", "7": "10000000", "8": "100000000", "9": "1000000000",
  "10": "10000000000", "11": "100000000000", "12": "1000000000000", "13": "10000000000000", "14": "100000000000000", "15": "1000000000000000",
};

/**
 * A quantity in thousandths of its unit, so that quantities compare by value: `"1Gi"` equals `"1024Mi"`, `"1"` equals
 * `"1000m"`. It is a whole number as long as the quantity has at most three decimals, and exact up to 2^53. Absent for what
 * is no quantity or is negative; a check should deny that, not skip it. Source: Kubernetes' resource.Quantity.
 */
export function quantityInMilli(quantity: Quantity): number | undefined {
  const text = `${quantity}`.split("+").join("");
  if (!/^([0-9]+\.?[0-9]*|\.[0-9]+)(Ki|[MGTPE]i?|[kmun]|[eE]-?[0-9]{1,2})?$/.test(text)) return undefined;
  if (text.endsWith("m")) return decimal(numberBefore(text, "m"));
  if (text.endsWith("u")) return decimal(numberBefore(text, "u")) * decimal("0.001");
  if (text.endsWith("n")) return decimal(numberBefore(text, "n")) * decimal("0.000001");
  for (const { suffix, factor } of multiples) {
    if (text.endsWith(suffix)) return thousandths(numberBefore(text, suffix)) * decimal(factor);
  }
  const power = powersOfTen[lowerAscii(text).split("e")[1] ?? "0"];
  return power === undefined ? undefined : thousandths(numberBefore(lowerAscii(text), "e")) * decimal(power);
}

/** The number before a suffix, with a digit on both sides of its point. */
function numberBefore(text: string, suffix: string): string {
  const number = text.split(suffix)[0] ?? "";
  const led = number.startsWith(".") ? `0${number}` : number;
  return led.endsWith(".") ? `${led}0` : led;
}

/** A decimal number in thousandths; by digits up to three decimals, where a product of fractions would not be whole. */
function thousandths(number: string): number {
  const whole = number.split(".")[0] ?? "0";
  const fraction = number.split(".")[1] ?? "0";
  const digits = characters(fraction);
  if (digits > 3) return decimal(number) * 1000;
  return decimal(whole) * 1000 + decimal(digits === 3 ? fraction : digits === 2 ? `${fraction}0` : `${fraction}00`);
}
