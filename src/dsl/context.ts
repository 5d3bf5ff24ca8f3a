import type { authenticationv1, corev1, Kinds } from "../kubernetes/index.ts";
import type { Component, KindName, Match, MatchForm, PodTemplate } from "./match.ts";
import type { PathUnder } from "./path.ts";

/**
 * Reports a violation: the part of the object where the path starts, the path to the offending field under it, and a message
 * that says what stands there. A control with several findings names the finding last.
 */
export type Deny<Finding extends string> = <Anchor extends object, const Path extends string | readonly (string | number)[]>(
  anchor: Anchor,
  path: Path extends PathUnder<Anchor, Path> ? Path : PathUnder<Anchor, Path>,
  message: string,
  ...finding: [Finding] extends [never] ? [] : [finding: Finding]
) => void;

/**
 * The other objects of a kind in the set that is judged (a folder of manifests, a cluster), those of one namespace where that is
 * named, in no order that counts. The object under review is never among them, neither as it is nor as it was.
 */
export type Lookup = <const Name extends KindName>(kind: Name, namespace?: string) => readonly Kinds[Name][];

/** What a check is given. A backend that lacks one of the last five refuses the control at the line that reads it. */
export interface CheckContext<Name extends KindName, Form extends MatchForm, Parameters, Finding extends string> {
  /** The object as it was sent. */
  readonly object: Kinds[Name];
  /** The pod in the object, for controls that match `podBearing()`. */
  readonly pod: Form extends "pod-bearing" ? PodTemplate : Form extends "pod-bearing-or-kinds" ? PodTemplate | undefined : never;
  /** The component whose flags the document says, for controls that match `component()`. */
  readonly component: Form extends "component" ? Component : Form extends "component-or-kinds" ? Component | undefined : never;
  readonly parameters: Parameters;
  /** The minor version of the Kubernetes that the verdict is for: 37 for 1.37. */
  readonly kubernetesMinor: number;
  readonly deny: Deny<Finding>;
  /** Capability: the object before an UPDATE or DELETE. */
  readonly oldObject: Kinds[Name] | undefined;
  /** Capability: what is asked of the API server. */
  readonly operation: "CREATE" | "UPDATE" | "DELETE" | "CONNECT";
  /** Capability: who asks. */
  readonly user: authenticationv1.UserInfo;
  /** Capability: the Namespace that the object is in; absent for objects that have none. */
  readonly namespace: corev1.Namespace | undefined;
  /** Capability: other objects. */
  readonly lookup: Lookup;
}

/** The context of a control with this match. */
export type ContextOf<M extends Match, Parameters, Finding extends string> = M extends Match<infer Name, infer Form> ? CheckContext<Name, Form, Parameters, Finding> : never;
