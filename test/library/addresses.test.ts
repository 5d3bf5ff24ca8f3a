import * as fc from "fast-check";
import { addressInside, addressInsideAny, blocksOverlap, isAddress } from "portcullis";
import { expect, it } from "vitest";

const octet = fc.integer({ min: 0, max: 255 });
const address = fc.tuple(octet, octet, octet, octet).map((octets) => octets.join("."));

it.each(["10.0.0.1", "10.0.0.0/8", "::1", "fd00::/8", "2001:db8::a"])("takes %s for an address", (text) => expect(isAddress(text)).toBe(true));
it.each(["", "10.0.0", "10.0.0.256", "10.0.0.0/33", "010.0.0.1", "::/129", "web.example.com", "1::2::3"])("takes %j for no address", (text) => expect(isAddress(text)).toBe(false));

it("takes a lone address for a block of one", () => {
  expect(addressInside("203.0.113.7", "203.0.113.7")).toBe(true);
  expect(addressInside("203.0.113.8", "203.0.113.7")).toBe(false);
  expect(addressInside("2001:db8::1", "2001:db8:0:0::1")).toBe(true);
  expect(addressInside("203.0.113.0/24", "203.0.113.7")).toBe(false);
});

it("keeps the families apart", () => {
  expect(addressInside("10.0.0.1", "::/0")).toBe(false);
  expect(addressInside("::1", "0.0.0.0/0")).toBe(false);
});

it("finds every address inside the block of its own first bits, and nothing inside no block", () => {
  fc.assert(
    fc.property(address, fc.integer({ min: 0, max: 32 }), (text, bits) => {
      expect(addressInside(text, `${text}/${bits}`)).toBe(true);
      expect(addressInsideAny(text, ["192.0.2.0/33", `${text}/${bits}`])).toBe(true);
      expect(addressInsideAny(text, [])).toBe(false);
    }),
  );
});

it("overlaps both ways where one block holds the other", () => {
  fc.assert(
    fc.property(address, address, fc.integer({ min: 0, max: 32 }), fc.integer({ min: 0, max: 32 }), (left, right, leftBits, rightBits) => {
      const value = (text: string) => text.split(".").reduce((total, part) => total * 256n + BigInt(part), 0n);
      const shift = BigInt(32 - Math.min(leftBits, rightBits));
      expect(blocksOverlap(`${left}/${leftBits}`, `${right}/${rightBits}`)).toBe(value(left) >> shift === value(right) >> shift);
    }),
  );
});
