import { cidrContains } from "../intrinsics.ts";

/** Whether a text is an IP address or a CIDR block, of either family. */
export function isAddress(text: string): boolean {
  return cidrContains("0.0.0.0/0", text) || cidrContains("::/0", text);
}

/** Whether an IP address or CIDR block lies wholly inside a block; a block may be a lone address. False when either is malformed. */
export function addressInside(address: string, block: string): boolean {
  return cidrContains(block.includes("/") ? block : block.includes(":") ? `${block}/128` : `${block}/32`, address);
}

/** Whether an IP address or CIDR block lies wholly inside one of the blocks. */
export function addressInsideAny(address: string, blocks: readonly string[]): boolean {
  return blocks.some((block) => addressInside(address, block));
}

/** Whether two blocks have an address in common; lone addresses are blocks too. False when either is malformed. */
export function blocksOverlap(left: string, right: string): boolean {
  return addressInside(left, right) || addressInside(right, left);
}
