/** A text with a title. */
export interface Panel {
  readonly title: string;
  readonly lines: readonly string[];
}

/** A text under its title. */
export const below = ({ title, lines }: Panel): string => `── ${title} ──\n${lines.join("\n")}\n`;

/** Two texts in columns where both fit into the width uncut, else one below the other. */
export function besideEachOther(left: Panel, right: Panel, width: number): string {
  const widest = ({ title, lines }: Panel): number => Math.max(title.length, ...lines.map((line) => line.length));
  const column = widest(left);
  if (column + 3 + widest(right) > width) return [left, right].map(below).join("\n");
  const rule = "─".repeat(column);
  const rows = Array.from({ length: Math.max(left.lines.length, right.lines.length) }, (_, index) => `${(left.lines[index] ?? "").padEnd(column)} │ ${right.lines[index] ?? ""}`.trimEnd());
  return `${left.title.padEnd(column)} │ ${right.title}\n${rule}─┼─${"─".repeat(widest(right))}\n${rows.join("\n")}\n`;
}
