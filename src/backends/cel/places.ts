import { atom, call, type Cel, concat, method, ternary } from "./syntax.ts";
import { stringLiteral } from "./text.ts";

/** A text made of pieces: literals, and CEL of type string. */
export type Pieces = readonly (string | Cel)[];

/** Where a value stands in the object: a path without its end. `open`: nothing stands before, or a dot does already. */
export interface Place {
  readonly pieces: Pieces;
  readonly open: boolean;
}

const plainName = /^[A-Za-z_][A-Za-z0-9_-]*$/;

export function memberPlace({ pieces, open }: Place, name: string): Place {
  return { pieces: [...pieces, plainName.test(name) ? `${open ? "" : "."}${name}` : `["${name}"]`], open: false };
}

/** The place of an element; `at` is the index as it stands in the object. */
export const elementPlace = ({ pieces }: Place, at: Cel): Place => ({ pieces: [...pieces, "[", call("string", at), "]"], open: false });

/** The place of a member under a computed key. */
export function keyPlace({ pieces, open }: Place, key: Cel): Place {
  const isPlain = method(key, "matches", stringLiteral(plainName.source));
  return { pieces: [...pieces, ternary(isPlain, open ? key : joined([".", key]), joined(['["', key, '"]']))], open: false };
}

/** The path in full. A pod's own path ends in a dot, for what follows. */
export function pathPieces({ pieces, open }: Place): Pieces {
  const last = pieces.at(-1);
  if (!open || last === undefined || typeof last === "string") return pieces;
  return [...pieces.slice(0, -1), ternary(method(last, "endsWith", stringLiteral(".")), method(last, "substring", atom("0"), { kind: "binary", operator: "-", operands: [call("size", last), atom("1")] }), last)];
}

/** The text of pieces, with literals beside each other made one. */
export function joined(pieces: Pieces): Cel {
  const merged: (string | Cel)[] = [];
  for (const piece of pieces) {
    const last = merged.at(-1);
    if (piece === "") continue;
    if (typeof piece === "string" && typeof last === "string") merged[merged.length - 1] = last + piece;
    else merged.push(piece);
  }
  const operands = merged.map((piece) => (typeof piece === "string" ? stringLiteral(piece) : piece));
  return operands.length === 0 ? stringLiteral("") : concat(operands);
}
