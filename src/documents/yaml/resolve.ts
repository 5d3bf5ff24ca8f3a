/**
 * What an unquoted scalar means to kubectl: resolve.go of go.yaml.in/yaml/v2 and Go's strconv, restated.
 * YAML 1.1 booleans (`yes`, `on`, `n`), octal `0644` and `0o644`, `0x`, `0b` and `_` in numbers; no base 60;
 * dates stay texts.
 */
export type Resolved =
  | { readonly kind: "null"; readonly value: null }
  | { readonly kind: "boolean"; readonly value: boolean }
  | { readonly kind: "integer"; readonly value: bigint }
  | { readonly kind: "float"; readonly value: number }
  | { readonly kind: "string"; readonly value: string };

const words = new Map<string, Resolved>([
  ...["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"].map((word): [string, Resolved] => [word, { kind: "boolean", value: true }]),
  ...["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"].map((word): [string, Resolved] => [word, { kind: "boolean", value: false }]),
  ...["", "~", "null", "Null", "NULL"].map((word): [string, Resolved] => [word, { kind: "null", value: null }]),
  ...[".nan", ".NaN", ".NAN"].map((word): [string, Resolved] => [word, { kind: "float", value: Number.NaN }]),
  ...[".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"].map((word): [string, Resolved] => [word, { kind: "float", value: Number.POSITIVE_INFINITY }]),
  ...["-.inf", "-.Inf", "-.INF"].map((word): [string, Resolved] => [word, { kind: "float", value: Number.NEGATIVE_INFINITY }]),
]);

const longestWord = 5;

/** Could an unquoted scalar that starts so be anything but a text? Indexed by ASCII code. */
const mayBeMoreThanText = new Uint8Array(128);
for (const first of "yYnNtTfFoO~.+-0123456789") mayBeMoreThanText[first.charCodeAt(0)] = 1;

/** True if `text`, unquoted, is surely a text. Cheap: looks at one character. */
export function isSurelyText(text: string): boolean {
  const first = text.charCodeAt(0);
  return first >= 128 || mayBeMoreThanText[first] === 0;
}

/** What the unquoted scalar `text` is. */
export function resolvePlain(text: string): Resolved {
  if (text !== "" && isSurelyText(text)) return { kind: "string", value: text };
  if (text.length <= longestWord) {
    const word = words.get(text);
    if (word !== undefined) return word;
  }
  return resolveNumber(text) ?? { kind: "string", value: text };
}

const simpleInteger = /^-?(?:0|[1-9][0-9]{0,14})$/;

/** The JSON value of the unquoted scalar `text`. NaN and infinities come back as they are. */
export function plainValue(text: string): null | boolean | number | string {
  if (text !== "" && isSurelyText(text)) return text;
  if (simpleInteger.test(text)) return text === "-0" ? 0 : Number(text);
  const resolved = resolvePlain(text);
  return resolved.kind === "integer" ? Number(resolved.value) : resolved.value;
}

const dottedFloat = /^\.[0-9]+(?:_[0-9]+)*(?:[eE][-+]?[0-9]+(?:_[0-9]+)*)?$/;
const yamlFloat = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;

function resolveNumber(text: string): Resolved | undefined {
  const first = text.charCodeAt(0);
  if (first === 0x2e) return dottedFloat.test(text) ? finiteFloat(text.replaceAll("_", "")) : undefined;
  if (first > 0x39) return undefined;
  const plain = text.replaceAll("_", "");
  const integer = parseInteger(plain);
  if (integer !== undefined) return { kind: "integer", value: integer };
  const float = yamlFloat.test(plain) ? finiteFloat(plain) : undefined;
  if (float !== undefined) return float;
  const oddBinary = parseOddBinary(plain);
  return oddBinary === undefined ? undefined : { kind: "integer", value: oddBinary };
}

/** Go calls a number out of range an error, and the scalar stays a text. */
function finiteFloat(text: string): Resolved | undefined {
  const value = Number(text);
  return Number.isFinite(value) ? { kind: "float", value } : undefined;
}

const smallest = -(2n ** 63n);
const largest = 2n ** 64n - 1n;
const integer = /^([-+]?)(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO][0-7]+|0[0-7]*|[1-9][0-9]*)$/;

/** Go's ParseInt and then ParseUint, in base 0: the prefix tells the base, and a leading 0 means octal. */
function parseInteger(text: string): bigint | undefined {
  const match = integer.exec(text);
  const digits = match?.[2];
  if (match === null || digits === undefined) return undefined;
  const magnitude = BigInt(/^0[0-7]/.test(digits) ? `0o${digits.slice(1)}` : digits);
  const value = match[1] === "-" ? -magnitude : magnitude;
  if (value < smallest || value > largest) return undefined;
  // ParseUint takes no sign.
  return match[1] === "+" && value >= 2n ** 63n ? undefined : value;
}

/** kubectl's parser reads a sign after `0b` too. */
function parseOddBinary(text: string): bigint | undefined {
  const digits = /^0b([-+])([01]+)$/.exec(text);
  if (digits === null) return undefined;
  const value = BigInt(`0b${digits[2]}`) * (digits[1] === "-" ? -1n : 1n);
  return value >= smallest && value < 2n ** 63n ? value : undefined;
}

/** The JSON key that an unquoted float key becomes: Go's FormatFloat(value, 'g', -1, 32), so 1e6 is `1e+06`. */
export function floatKey(value: number): string {
  const single = Math.fround(value);
  if (Number.isNaN(single)) return ".nan";
  if (!Number.isFinite(single)) return single > 0 ? ".inf" : "-.inf";
  if (single === 0) return Object.is(single, -0) ? "-0" : "0";
  let exponential = single.toExponential(8);
  for (let digits = 0; digits < 8; digits += 1) {
    const shorter = single.toExponential(digits);
    if (Math.fround(Number(shorter)) !== single) continue;
    exponential = shorter;
    break;
  }
  const [mantissa = "", exponentText = "0"] = exponential.split("e");
  const exponent = Number(exponentText);
  if (exponent < -4 || exponent >= 6) return `${mantissa}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
  return decimal(mantissa, exponent);
}

/** `-1.25` and 3 as `-1250`. */
function decimal(mantissa: string, exponent: number): string {
  const sign = mantissa.startsWith("-") ? "-" : "";
  const digits = mantissa.replace(/[-.]/g, "");
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, "0");
  const fraction = digits.slice(exponent + 1);
  return sign + whole + (fraction === "" ? "" : `.${fraction}`);
}
