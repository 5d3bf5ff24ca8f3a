/** One expression of a rule's body, with what is known of it, so that a finished body holds no line too many. */
export interface Line {
  readonly text: string;
  /** References that are present (neither missing nor null) whenever the line is true. */
  readonly implies: readonly string[];
  /** The reference whose presence is all that the line tests. */
  readonly presenceOf?: string;
  /** Whether the line stands first so that nothing is worked out in vain. */
  readonly isGate?: boolean;
  /** The reference whose absence is all that the line tests. */
  readonly absenceOf?: string;
  /** The variable that the line only gives a value; without a reader the line goes. */
  readonly assigns?: string;
  /** A walk: the names that it declares, the index or key first where there is one. */
  readonly walk?: { readonly key?: string; readonly value: string; readonly list: string };
  /** That a subject is none of the literals, so that several such lines can become one. */
  readonly differs?: Difference;
}

/** `certain` is the subject in a form that is never missing. */
export interface Difference {
  readonly subject: string;
  readonly certain: string;
  readonly literals: readonly string[];
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
  if (differs === undefined || !all.some((other) => other !== each && implies(other, differs.subject))) return each;
  const [only = ""] = differs.literals;
  return line(differs.literals.length === 1 ? `${differs.subject} != ${only}` : `not ${differs.subject} in {${differs.literals.join(", ")}}`);
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
    else merged[at] = difference({ ...differs, literals: [...new Set([...earlier.literals, ...differs.literals])] });
  }
  return merged;
}

/** That a subject is none of some literals: true where it is absent, too. */
export function difference(differs: Difference): Line {
  const { subject, certain, literals } = differs;
  const [only = ""] = literals;
  if (literals.length > 1) return { text: `not ${certain} in {${literals.join(", ")}}`, implies: [], differs };
  // Both sides of a negated equality are worked out inside of the negation, if they are plain references.
  return { text: isPlainReference(subject) ? `not ${subject} == ${only}` : `${certain} != ${only}`, implies: [], differs };
}

/** A variable with members, whose keys are names of variables or literals. */
export const isPlainReference = (text: string): boolean => /^[a-z_]\w*(\.\w+|\[("(?:[^"\\]|\\.)*"|\w+)\])*$/.test(text);

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
    if (reference !== undefined && each.isGate !== true && kept.some((other) => other !== each && implies(other, reference))) kept = kept.filter((other) => other !== each);
  }
  return kept;
}

/** Tests that a reference is neither missing nor null. */
export const presence = (reference: string): Line => ({ text: `${reference} != null`, implies: [], presenceOf: reference });

/** Tests that a term which is never missing is null. `reference` is what it stands for. */
export const absence = (certain: string, reference: string): Line => ({ text: `${certain} == null`, implies: [], absenceOf: reference });

/** Whether the lines cannot all hold: something would have to be present and absent. */
export const isImpossible = (lines: readonly Line[]): boolean => lines.some((each) => each.absenceOf !== undefined && lines.some((other) => implies(other, each.absenceOf ?? "")));

/** Gives a name to a value. */
export const assignment = (name: string, value: string, implied: readonly string[]): Line => ({ text: `${name} := ${value}`, implies: implied, assigns: name });

/** Walks a list or map. */
export function walkLine(names: { readonly key?: string; readonly value: string }, list: string, implied: readonly string[]): Line {
  const declared = names.key === undefined ? names.value : `${names.key}, ${names.value}`;
  return { text: `some ${declared} in ${list}`, implies: implied, walk: { ...names, list } };
}
