import { createHash } from "node:crypto";

/** Kubernetes' limit for the name of a kind, and Gatekeeper's for that of a constraint. */
const longest = 63;

/**
 * The kind of the constraints of a control: `PortcullisHostPorts`. Its lower case names the template and must be its own, so
 * that a control whose id differs from another's in dashes alone, or is too long, ends in a part of its hash.
 */
export function constraintKind(id: string, ids: Iterable<string>): string {
  const kind = plainKind(id);
  const hasTwin = [...ids].some((other) => other !== id && plainKind(other).toLowerCase() === kind.toLowerCase());
  return hasTwin || kind.length > longest ? hashed(kind, id, "") : kind;
}

const plainKind = (id: string): string => `Portcullis${id.split("-").map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join("")}`;

/** The name of a constraint: the control's id, with an ending where it has several. */
export function constraintName(id: string, ending: string | undefined): string {
  const name = ending === undefined ? id : `${id}-${ending}`;
  return name.length > longest ? hashed(name, name, "-") : name;
}

function hashed(name: string, subject: string, separator: string): string {
  const hash = createHash("sha256").update(subject).digest("hex").slice(0, 8);
  return `${name.slice(0, longest - hash.length - separator.length)}${separator}${hash}`;
}
