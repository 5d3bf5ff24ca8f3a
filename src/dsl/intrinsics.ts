/** The few functions that the compiler itself knows (ir/intrinsics.ts). These bodies are their meaning in the plain run. */

/** Upper-case ASCII letters become lower-case; every other character stays as it is. */
export function lowerAscii(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** The number of Unicode code points. (`.length` counts UTF-16 units, which no other engine does.) */
export function characters(text: string): number {
  return [...text].length;
}

/** The number that decimal digits with an optional sign and fraction denote. Test the form first. */
export function decimal(text: string): number {
  return Number(text);
}

/** Whether an IP address or CIDR block lies wholly inside a CIDR block; false when either is malformed. */
export function cidrContains(block: string, inner: string): boolean {
  const outer = parseCidr(block);
  const candidate = parseCidr(inner.includes("/") ? inner : `${inner}/${inner.includes(":") ? 128 : 32}`);
  if (outer === undefined || candidate === undefined || outer.bits !== candidate.bits || candidate.prefix < outer.prefix) return false;
  const shift = BigInt(outer.bits - outer.prefix);
  return outer.address >> shift === candidate.address >> shift;
}

interface Cidr { readonly address: bigint; readonly prefix: number; readonly bits: 32 | 128 }

function parseCidr(text: string): Cidr | undefined {
  const [address = "", prefixText = "", ...rest] = text.split("/");
  if (rest.length > 0 || !/^(0|[1-9][0-9]{0,2})$/.test(prefixText)) return undefined;
  const bits = address.includes(":") ? 128 : 32;
  const value = bits === 32 ? parseIpv4(address) : parseIpv6(address);
  const prefix = Number(prefixText);
  return value === undefined || prefix > bits ? undefined : { address: value, prefix, bits };
}

function parseIpv4(text: string): bigint | undefined {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9][0-9]{0,2})$/.test(part) && Number(part) < 256)) return undefined;
  return parts.reduce((value, part) => (value << 8n) | BigInt(part), 0n);
}

function parseIpv6(text: string): bigint | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const groups = (half: string | undefined): bigint[] | undefined => {
    if (half === undefined || half === "") return [];
    const values: bigint[] = [];
    const parts = half.split(":");
    for (const [at, part] of parts.entries()) {
      const embedded = at === parts.length - 1 && part.includes(".") ? parseIpv4(part) : undefined;
      if (embedded !== undefined) values.push(embedded >> 16n, embedded & 0xffffn);
      else if (/^[0-9A-Fa-f]{1,4}$/.test(part)) values.push(BigInt(`0x${part}`));
      else return undefined;
    }
    return values;
  };
  const head = groups(halves[0]);
  const tail = groups(halves[1]);
  if (head === undefined || tail === undefined) return undefined;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  return [...head, ...Array<bigint>(missing).fill(0n), ...tail].reduce((value, group) => (value << 16n) | group, 0n);
}
