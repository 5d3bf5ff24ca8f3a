/** What an engine's webhook says to a request, by the policy or constraint that says it: in its refusal, and in warnings. */
export interface Said {
  readonly denied: ReadonlyMap<string, string>;
  readonly warned: ReadonlyMap<string, string>;
}

/** The texts of a flat list of policies and texts, those of one policy in one, as messages are compared. */
export function textsByPolicy(parts: readonly string[]): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (let index = 0; index + 1 < parts.length; index += 2) {
    const [policy = "", text = ""] = parts.slice(index, index + 2);
    const before = texts.get(policy);
    texts.set(policy, before === undefined ? text.trimEnd() : `${before}; ${text.trimEnd()}`);
  }
  return texts;
}
