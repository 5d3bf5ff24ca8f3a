/**
 * Paths that the type checker holds against the object they start from, so that a control cannot point at a field that does
 * not exist. A path is written as dotted members, `"securityContext.privileged"`, or, where a key or index is computed, as a
 * list: `["verbs", index]`, `["metadata", "labels", key]`.
 */
type Present<T> = Exclude<T, undefined | null>;

/** The member names of every object type in a union. */
type MemberName<T> = Present<T> extends infer D ? (D extends readonly unknown[] ? never : D extends object ? Extract<keyof D, string> : never) : never;

/** The type of one member, through unions. */
type MemberType<T, K extends string> = Present<T> extends infer D ? (K extends keyof D ? D[K] : never) : never;

/** `P` itself when it is a path of `T`; otherwise the paths that could stand there, which the compiler's message then lists. */
type DottedPath<T, P extends string, Prefix extends string = ""> = P extends `${infer Head}.${infer Rest}`
  ? Head extends MemberName<T>
    ? DottedPath<MemberType<T, Head>, Rest, `${Prefix}${Head}.`>
    : `${Prefix}${MemberName<T>}`
  : P extends MemberName<T>
    ? `${Prefix}${P}`
    : `${Prefix}${MemberName<T>}`;

type ListPath<T, P extends readonly unknown[]> = P extends readonly [infer Head, ...infer Rest]
  ? Present<T> extends readonly (infer Item)[]
    ? readonly [number, ...ListPath<Item, Rest>]
    : Head extends MemberName<T>
      ? readonly [Head, ...ListPath<MemberType<T, Head & string>, Rest>]
      : readonly [MemberName<T>, ...Rest]
  : readonly [];

/** A path under `T`, as `deny` takes it. `""` is the anchor itself. */
export type PathUnder<T, P extends string | readonly (string | number)[]> = P extends ""
  ? P
  : P extends string
    ? DottedPath<T, P>
    : P extends readonly unknown[]
      ? ListPath<T, P>
      : never;
