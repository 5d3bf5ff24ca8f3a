/** One expression of a rule's body, with what is known of it, so that a finished body holds no line too many. */
export interface Line {
  readonly text: string;
  /** References that are present (neither missing nor null) whenever the line is true. */
  readonly implies: readonly string[];
  /** The reference whose presence is all that the line tests. */
  readonly presenceOf?: string;
  /** The variable that the line only gives a value; without a reader the line goes. */
  readonly assigns?: string;
  /** A walk: the names that it declares, the index or key first where there is one. */
  readonly walk?: { readonly key?: string; readonly value: string; readonly list: string };
  /** `not subject == literal`, so that several about one subject can become one. */
  readonly differs?: { readonly subject: string; readonly literals: readonly string[] };
}

export const line = (text: string, implies: readonly string[] = []): Line => ({ text, implies });

/** Whether a name stands in the text, outside of strings and not as a member. */
export function mentions(text: string, name: string): boolean {
  const code = text.replace(/"(?:[^"\\]|\\.)*"|`[^`]*`/g, '""');
  return new RegExp(`(?<![\\w.])${name}(?![\\w])`).test(code);
}

const isUnder = (reference: string, prefix: string): boolean => reference === prefix || reference.startsWith(`${prefix}.`) || reference.startsWith(`${prefix}[`);

/** Whether a line being true means that `reference` is present. */
export const implies = (each: Line, reference: string): boolean => each.implies.some((known) => isUnder(known, reference)) || (each.presenceOf !== undefined && isUnder(each.presenceOf, reference));

/** The texts of a body: without repetitions, unread names, and tests of presence that another line makes anyway. */
export function finishBody(lines: readonly Line[], alsoRead: readonly string[] = []): string[] {
  const distinct = mergeDifferences(lines.filter((each, index) => lines.findIndex((other) => other.text === each.text) === index));
  const read = withoutUnread(distinct, alsoRead);
  return withoutImplied(read).map((each, _index, all) => plainDifference(each, all).text);
}

/** Where another line proves the subject to be present, it can simply differ. */
function plainDifference(each: Line, all: readonly Line[]): Line {
  const { differs } = each;
  const [literal, ...more] = differs?.literals ?? [];
  if (differs === undefined || literal === undefined || more.length > 0 || !all.some((other) => other !== each && implies(other, differs.subject))) return each;
  return line(`${differs.subject} != ${literal}`);
}

/** Whether lines say the same one after another. */
export const sameLines = (left: readonly Line[], right: readonly Line[]): boolean => left.length === right.length && left.every((each, index) => each.text === right[index]?.text);

function mergeDifferences(lines: readonly Line[]): readonly Line[] {
  const merged: Line[] = [];
  for (const each of lines) {
    const { differs } = each;
    const at = differs === undefined ? -1 : merged.findIndex((other) => other.differs?.subject === differs.subject);
    const earlier = merged[at]?.differs;
    if (differs === undefined || earlier === undefined) merged.push(each);
    else merged[at] = difference(differs.subject, [...new Set([...earlier.literals, ...differs.literals])]);
  }
  return merged;
}

/** `not subject == literal`, or `not subject in {…}`: true where the subject is absent, too. */
export function difference(subject: string, literals: readonly string[]): Line {
  const text = literals.length === 1 ? `not ${subject} == ${literals[0] ?? ""}` : `not ${subject} in {${literals.join(", ")}}`;
  return { text, implies: [], differs: { subject, literals } };
}

function withoutUnread(lines: readonly Line[], alsoRead: readonly string[]): readonly Line[] {
  const kept: Line[] = [];
  const isRead = (name: string): boolean => alsoRead.some((text) => mentions(text, name)) || kept.some((later) => mentions(later.text, name));
  for (const each of [...lines].reverse()) {
    if (each.assigns !== undefined && !isRead(each.assigns)) continue;
    const key = each.walk?.key;
    if (each.walk === undefined || key === undefined || isRead(key)) kept.unshift(each);
    else kept.unshift({ ...each, text: `some ${each.walk.value} in ${each.walk.list}` });
  }
  return kept;
}

function withoutImplied(lines: readonly Line[]): readonly Line[] {
  let kept = lines;
  for (const each of lines) {
    const reference = each.presenceOf;
    if (reference !== undefined && kept.some((other) => other !== each && implies(other, reference))) kept = kept.filter((other) => other !== each);
  }
  return kept;
}

/** Tests that a reference is neither missing nor null. */
export const presence = (reference: string): Line => ({ text: `${reference} != null`, implies: [], presenceOf: reference });

/** Gives a name to a value. */
export const assignment = (name: string, value: string, implied: readonly string[]): Line => ({ text: `${name} := ${value}`, implies: implied, assigns: name });

/** Walks a list or map. */
export function walkLine(names: { readonly key?: string; readonly value: string }, list: string, implied: readonly string[]): Line {
  const declared = names.key === undefined ? names.value : `${names.key}, ${names.value}`;
  return { text: `some ${declared} in ${list}`, implies: implied, walk: { ...names, list } };
}
