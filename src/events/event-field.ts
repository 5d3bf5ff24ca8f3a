/** Where events come from: system calls on a node, or the audit log of an API server. Falco's own names. */
export type EventSource = "syscall" | "k8s_audit";

/**
 * How a field is named and what it holds:
 * - `plain`: one value under the name.
 * - `list`: several values.
 * - `argument`: one value for each name behind a dot: `evt.arg.flags`.
 * - `ancestor`: one value for each number in brackets, `proc.aname[2]`; without one, those of all ancestors.
 * - `key`: one value for each key in brackets: `k8s.pod.label[app]`.
 * - `pointer`: one value for each JSON pointer in brackets: `jevt.value[/objectRef/name]`.
 */
export type FieldForm = "plain" | "list" | "argument" | "ancestor" | "key" | "pointer";

/** A field that conditions may compare. */
export interface EventField {
  readonly name: string;
  readonly source: EventSource;
  readonly type: "string" | "number" | "boolean";
  readonly form: FieldForm;
  /** Why no rule may use it, as the end of a sentence. */
  readonly trap?: string;
}
