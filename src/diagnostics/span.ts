/** A stretch of a source file: `start` and `end` are UTF-16 offsets, `end` exclusive. Every IR node carries one. */
export interface Span {
  readonly file: string;
  readonly start: number;
  readonly end: number;
}

/** A place as editors count it: line and column from 1, the column in UTF-16 code units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Where an offset stands in a text. */
export function positionAt(text: string, offset: number): Position {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf("\n") + 1;
  let line = 1;
  for (let at = before.indexOf("\n"); at !== -1; at = before.indexOf("\n", at + 1)) line += 1;
  return { line, column: offset - lineStart + 1 };
}
