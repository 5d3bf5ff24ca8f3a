/** How far a policy goes: it reports what it finds, warns whoever asks, or refuses the request. */
export type Stage = "audit" | "warn" | "enforce";

/** One place where a control is in force, and how far it goes there. Where several hold, the strictest decides. */
export interface Placement {
  readonly stage: Stage;
  /** Globs of namespace names, see `namespaceGlob`. Left out: everywhere, and objects outside namespaces too. */
  readonly namespaces?: readonly string[];
}

/** What a control does not judge. */
export interface Exemption {
  /** Globs of namespace names. A Namespace belongs to itself; what has no namespace is never exempt. */
  readonly namespaces: readonly string[];
  readonly reason: string;
  readonly owner?: string;
  readonly ticket?: string;
  /** The last day on which it holds, as `2027-03-31`. */
  readonly expires?: string;
}

/** An exemption as one line: `kube-system, node-*: node agents read host logs (owner ann@example.com, ticket OPS-7, until 2027-03-31)`. */
export function exemptionText({ expires, namespaces, owner, reason, ticket }: Exemption): string {
  const facts = [...(owner === undefined ? [] : [`owner ${owner}`]), ...(ticket === undefined ? [] : [`ticket ${ticket}`]), ...(expires === undefined ? [] : [`until ${expires}`])];
  return `${namespaces.join(", ")}: ${reason}${facts.length === 0 ? "" : ` (${facts.join(", ")})`}`.replace(/\s+/g, " ");
}

/** Where a control is in force, and where it is not. */
export interface Rollout {
  /** At least one; no two with the same stage; none that another one makes idle. */
  readonly placements: readonly Placement[];
  readonly exemptions: readonly Exemption[];
}

/**
 * The globs that every engine can say: a name, `prefix-*`, `*-suffix`, or `*` for all. `*` stands for any run of characters.
 * (Gatekeeper's match knows no others: gatekeeper pkg/wildcard.)
 */
export const namespaceGlob = /^(?:\*|\*?[a-z0-9-]+|[a-z0-9-]+\*)$/;
