import { isAddress } from "../../dsl/library/addresses.ts";
import { type Comparison, type Condition, never, networkOf } from "./condition/condition.ts";
import { isAllOfIpv6, isPlainAddress } from "./fields.ts";

/** Whether an address field lies in a network. Undefined for a field that is no address, and for a network that Falco cannot read. */
export function insideCondition(field: string, block: string): Condition | undefined {
  const network = networkOf[field];
  if (network === undefined) return undefined;
  if (!block.includes("/") || !isAddress(block)) return never;
  if (!isPlainAddress(block)) return undefined;
  // Falco refuses the network of all addresses of IPv6, and takes its halves.
  return isAllOfIpv6(block) ? { kind: "membership", field: network, operator: "in", items: [{ value: "::/1" }, { value: "8000::/1" }] } : { kind: "comparison", field: network, operator: "=", value: block };
}

/**
 * Whether a text field is covered by a glob of `matchesGlob`'s form. Undefined for a glob that holds what Falco's glob, which is
 * fnmatch(3), may take for something else.
 */
export function globCondition(field: string, glob: string): Condition | undefined {
  const pieces = glob.replace(/\*+/g, "*").split("*");
  if (pieces.length > 5 || glob.split("*").length > 5) return never;
  const [first = "", second = "", third] = pieces;
  const comparison = (operator: Comparison["operator"], value: string): Condition => ({ kind: "comparison", field, operator, value });
  if (pieces.length === 1) return comparison("=", glob);
  if (pieces.length === 2 && first === "" && second === "") return { kind: "exists", field };
  if (pieces.length === 2 && second === "") return comparison("startswith", first);
  if (pieces.length === 2 && first === "") return comparison("endswith", second);
  if (pieces.length === 3 && first === "" && third === "") return comparison("contains", second);
  return /^[A-Za-z0-9._\/:*-]+$/.test(glob) ? comparison("glob", glob) : undefined;
}
