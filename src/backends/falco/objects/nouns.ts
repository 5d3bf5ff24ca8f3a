import type { Expression } from "../../../ir/expressions.ts";

/** What is refused, as the object of "Falco cannot tell …". */
export const rootNouns: Readonly<Record<string, string>> = {
  oldObject: "the object as it was, which audit events do not hold", operation: "the operation", user: "who asks, as a control does", namespace: "the namespace's own labels, which audit events do not hold", component: "the flags of a component",
};

export const nouns: Partial<Record<Expression["kind"], string>> = {
  arithmetic: "arithmetic", length: "the length of a list", join: "joined texts", split: "a split text", matches: "a regular expression", text: "a text put together from the object",
  element: "an element by its number", "type-test": "a test of types", intrinsic: "this function", lookup: "other objects", entries: "a walk over the members of an object", keys: "a walk over the members of an object", values: "a walk over the members of an object",
};
