/**
 * The language, once: what a check may use and what it means. The tables of lowering are typed by these lists, so nothing is
 * lowered that does not stand here, and docs/language.md is printed from them.
 */
export interface Construct {
  /** How it is written. */
  readonly example: string;
  /** What it means, where that is not what every reader expects. */
  readonly meaning: string;
}

/** Expressions, by the name that TypeScript's syntax tree gives them. */
export const expressions = {
  StringLiteral: { example: '"RuntimeDefault"', meaning: "A string. Strings compare by Unicode code point." },
  NoSubstitutionTemplateLiteral: { example: "`text`", meaning: "A string." },
  NumericLiteral: { example: "1024", meaning: "A whole number below 2^53." },
  TrueKeyword: { example: "true", meaning: "A boolean." },
  FalseKeyword: { example: "false", meaning: "A boolean." },
  Identifier: { example: "container", meaning: "A const, a parameter, `undefined`, or a const outside the check that is made of literals." },
  ParenthesizedExpression: { example: "(a || b)", meaning: "Grouping." },
  SatisfiesExpression: { example: "[…] satisfies string[]", meaning: "The value itself." },
  AsExpression: { example: "[…] as const", meaning: "The value itself; `as` with any other type is refused." },
  PropertyAccessExpression: { example: "container.securityContext?.privileged", meaning: "A member. Absent when it is missing, null, or when what holds it is absent. `.length` of a list counts its elements." },
  ElementAccessExpression: { example: "labels[key], providers[0]", meaning: "A member under a computed key, or an element; absent when there is none." },
  CallExpression: { example: "allContainers(pod)", meaning: "A method below, a helper function, an intrinsic, or `lookup`: `lookup(\"v1/ServiceAccount\", namespace)` gives the other objects of a kind, never the one under review, in no order that counts; without a namespace those of all." },
  BinaryExpression: { example: "a === b, a && b, a ?? b, n >= 34, n + 1", meaning: "`===` and `!==` on scalars and with `undefined`; `&&`, `||` on conditions; `??`; `<`, `<=`, `>`, `>=`, `+`, `-`, `*` on numbers; `+` on strings." },
  PrefixUnaryExpression: { example: "!allowed", meaning: "Negation of a condition; the sign of a number." },
  ConditionalExpression: { example: "a ? b : c", meaning: "A choice." },
  TemplateExpression: { example: "`container ${container.name}`", meaning: "Text out of strings, whole numbers and booleans that are never absent." },
  ArrayLiteralExpression: { example: "[...a, ...b, c]", meaning: "A list." },
  ObjectLiteralExpression: { example: "{ registry, tag }", meaning: "A record, for helpers that give back several values." },
} as const satisfies Record<string, Construct>;

/** Statements of a check or a helper. */
export const statements = {
  VariableStatement: { example: "const type = profile?.type;", meaning: "A name for a value; object patterns take members out. Only const." },
  IfStatement: { example: "if (condition) { … } else { … }", meaning: "A condition is a boolean (absent counts as false), or a list or object, which is true when present." },
  ForOfStatement: { example: "for (const container of allContainers(pod)) { … }", meaning: "A walk over a list, `list.entries()` with indices, or `Object.entries(map)`. Null elements are skipped. In a helper the body must return." },
  ContinueStatement: { example: "continue;", meaning: "On to the next element." },
  ReturnStatement: { example: "return;", meaning: "In a check outside loops: nothing more to report. In a helper: the value." },
  Block: { example: "{ … }", meaning: "Grouping." },
  ExpressionStatement: { example: 'deny(container, "image", "…");', meaning: "Only calls of `deny`, and only in the check itself." },
} as const satisfies Record<string, Construct>;

/** Methods of lists that take an element or a function of one. */
export const listMethods = {
  some: { example: "list.some((item) => …)", meaning: "Whether the condition holds for an element. False for an empty list." },
  every: { example: "list.every((item) => …)", meaning: "Whether the condition holds for all elements. True for an empty list." },
  filter: { example: "list.filter((item) => …)", meaning: "The elements for which the condition holds." },
  map: { example: "list.map((item) => …)", meaning: "The values of a function." },
  flatMap: { example: "list.flatMap((item) => …)", meaning: "The lists of a function, joined." },
  find: { example: "list.find((item) => …)", meaning: "The first element for which the condition holds, or absent." },
  includes: { example: 'list.includes("ALL")', meaning: "Whether a scalar is in a list of scalars." },
} as const satisfies Record<string, Construct>;

export type ListMethodName = keyof typeof listMethods;

/** Methods of strings. */
export const stringMethods = {
  startsWith: { example: 'text.startsWith("sha256:")', meaning: "By code points." },
  endsWith: { example: 'text.endsWith(".io")', meaning: "By code points." },
  includes: { example: 'text.includes("/")', meaning: "By code points." },
  split: { example: 'text.split("/")', meaning: "The parts between separators; the separator must not be empty." },
} as const satisfies Record<string, Construct>;

/** Everything else that is called by a dotted name. */
export const otherMethods = {
  join: { example: 'list.join(", ")', meaning: "Text out of a list of strings." },
  entries: { example: "for (const [index, item] of list.entries())", meaning: "Elements with their indices, in for…of." },
  test: { example: "/^v\\d+$/.test(text)", meaning: "A regular expression of the part of ECMAScript that RE2 has too, without flags but i." },
  "Object.entries": { example: "Object.entries(labels)", meaning: "Keys and values of a map; null values are absent." },
  "Object.keys": { example: "Object.keys(labels)", meaning: "The keys whose value is not null." },
  "Object.values": { example: "Object.values(labels)", meaning: "The values that are not null." },
} as const satisfies Record<string, Construct>;
