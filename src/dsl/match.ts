import type { corev1, Kinds, metav1 } from "../kubernetes/index.ts";
import { componentKinds, type ComponentName } from "../kubernetes/components/names.ts";
import { podBearingKinds } from "../kubernetes/pod-bearing.ts";

/** `apiVersion/Kind` of a known kind, for example `"v1/Service"` or `"rbac.authorization.k8s.io/v1/Role"`. */
export type KindName = keyof Kinds & string;

/** The pod inside a pod-bearing object: a Pod itself, or the template of a controller. */
export interface PodTemplate {
  readonly metadata?: metav1.ObjectMeta | undefined;
  readonly spec?: corev1.PodSpec | undefined;
}

/** A value that a flag is given. A path that starts here ends at the argument that gives it. */
export interface FlagItem {
  readonly value: string;
}

/** A flag that has a value; a boolean's is `true` or `false`. A path that starts here ends at the argument that decides it. */
export interface Flag extends FlagItem {
  /** The parts of the value between commas; of a flag that gathers its values, those of all times that it is given. */
  readonly items: readonly FlagItem[];
}

/** A component of Kubernetes with its command line. A path that starts here ends at the list of its flags. */
export interface Component {
  readonly name: string;
  /** Its flags by name, without dashes. One that is not given, or given an empty value, is absent. */
  readonly flags: { readonly [name: string]: Flag | undefined };
}

/** What `pod` or `component` is where a control judges other documents too: absent in those. */
export type MatchForm = "kinds" | "pod-bearing" | "pod-bearing-or-kinds" | "component" | "component-or-kinds";

/** Which objects a control judges. Made by `kinds`, `podBearing` or `component`. */
export interface Match<Name extends KindName = KindName, Form extends MatchForm = MatchForm> {
  readonly form: Form;
  readonly kinds: readonly Name[];
  /** Whose command line is read. */
  readonly component?: ComponentName;
  /** Whether it is manifests that are judged, never what the API server is asked for. */
  readonly files?: true;
}

/** Judges objects of the named kinds; the check reads them as `object`. */
export function kinds<const Name extends KindName>(...names: readonly Name[]): Match<Name, "kinds"> {
  return { form: "kinds", kinds: names };
}

/**
 * Judges objects of the named kinds in manifests alone, as `object`: for what a request to the API server cannot tell, which shows
 * every object in the version that a policy asks for, whatever was sent.
 */
export function manifests<const Name extends KindName>(...names: readonly Name[]): Match<Name, "kinds"> {
  return { form: "kinds", kinds: names, files: true };
}

/** `apiVersion/Kind` of every kind that holds a pod. */
export type PodBearingName = {
  [Index in keyof typeof podBearingKinds]: (typeof podBearingKinds)[Index] extends { readonly apiVersion: infer Version extends string; readonly kind: infer Kind extends string } ? `${Version}/${Kind}` : never;
}[number];

/**
 * Judges Pods, ephemeral containers added to running Pods, and every controller with a pod template; the check reads the pod
 * as `pod`, wherever it stands. Of further kinds, named here, it reads the `object`: there, `pod` is absent, as it is in a
 * controller without a template.
 */
export function podBearing(): Match<PodBearingName & KindName, "pod-bearing">;
export function podBearing<const Name extends KindName>(...others: readonly Name[]): Match<(PodBearingName & KindName) | Name, "pod-bearing-or-kinds">;
export function podBearing(...others: readonly KindName[]): Match<KindName, "pod-bearing" | "pod-bearing-or-kinds"> {
  return { form: others.length === 0 ? "pod-bearing" : "pod-bearing-or-kinds", kinds: [...podBearingKinds.map(({ apiVersion, kind }) => `${apiVersion}/${kind}` as PodBearingName & KindName), ...others] };
}

/** `apiVersion/Kind` of every kind that says a component's flags. */
export type ComponentKindName = (typeof componentKinds)[number] & KindName;

/**
 * Judges the command line of a component, which the check reads as `component`: of a static Pod (the container of that name), of
 * kubeadm's ClusterConfiguration (on top of what kubeadm writes by itself), or of ComponentFlags. Documents about other
 * components it leaves alone. Further kinds are those of files that the component's flags lead to: there, `component` is absent.
 */
export function component(name: ComponentName): Match<ComponentKindName, "component">;
export function component<const Name extends KindName>(name: ComponentName, ...files: readonly Name[]): Match<ComponentKindName | Name, "component-or-kinds">;
export function component(name: ComponentName, ...files: readonly KindName[]): Match<KindName, "component" | "component-or-kinds"> {
  return { form: files.length === 0 ? "component" : "component-or-kinds", kinds: [...componentKinds, ...files], component: name };
}
