import { uriParameter } from "./uri-parameter.ts";

/**
 * The fields that Falco's plugin k8saudit reads from an event of the API server's audit log, under the plugin's names, and
 * `jevt.value[…]` of its plugin json. A field that the plugin does not set is absent, faulty ones included: see the table. So is
 * one that is an empty list, which Falco's engine takes for no value.
 * (Source of the facts: falcosecurity/plugins, plugins/k8saudit 0.18.0, pkg/k8saudit/extract.go.)
 */
export function auditFields(event: unknown): Readonly<Record<string, unknown>> {
  // The plugin takes JSON without an audit id for no event of its own.
  const isEvent = member(event, "auditID") !== undefined;
  return new Proxy(Object.create(null) as Record<string, unknown>, { get: (_, name) => (typeof name === "string" && (isEvent || name.startsWith("jevt.")) ? fieldReader(name)(event) : undefined) });
}

/** Reads one field from an event that has an audit id; undefined where it has no value. */
export type FieldReader = (event: unknown) => unknown;

const readers = new Map<string, FieldReader>();

/** The reader of a field, made when it is first asked for. A name that is no field has no value in any event. */
export function fieldReader(name: string): FieldReader {
  const known = readers.get(name);
  if (known !== undefined) return known;
  const read = readerOf(name);
  const reader: FieldReader = (event) => unlessEmpty(read(event));
  readers.set(name, reader);
  return reader;
}

/** Which body of a request a field is read from; undefined for what the API server logs of every request. */
export function bodyOf(name: string): "request" | "response" | undefined {
  if (name === "ka.req.configmap.name") return undefined;
  if (name.startsWith("ka.req.") || /^jevt\.value\[\/requestObject[\]/]/.test(name)) return "request";
  return name === "ka.resp.name" || /^jevt\.value\[\/responseObject[\]/]/.test(name) ? "response" : undefined;
}

const unlessEmpty = (value: unknown): unknown => (Array.isArray(value) && value.length === 0 ? undefined : value);

type Read = FieldReader;

/** The text at a place in the event. */
const at = (...names: readonly string[]): Read => (event) => textOf(reach(event, names));

/** The texts of a list at a place in the event. */
const listAt = (...names: readonly string[]): Read => (event) => {
  const list = reach(event, names);
  return Array.isArray(list) ? list.map(textOf) : undefined;
};

/** The names of a binding's subjects of a kind. */
const subjects = (kind: string, write: (subject: unknown) => string | undefined = (subject) => textOf(member(subject, "name"))): Read => (event) => {
  const list = reach(event, ["requestObject", "subjects"]);
  if (list === undefined) return [];
  if (!Array.isArray(list)) return undefined;
  return list.filter((subject) => textOf(member(subject, "kind")) === kind && member(subject, "name") !== undefined).flatMap((subject) => write(subject) ?? []);
};

/** What all rules of a role name, in the order of the rules. */
const inRules = (name: string): Read => (event) => across(event, ["requestObject", "rules", name])?.flatMap((values) => (Array.isArray(values) ? values.map(textOf) : []));

/** What all volumes of a pod have at a place. */
const inVolumes = (...names: readonly string[]): Read => (event) => texts(across(event, ["requestObject", "spec", "volumes", ...names]));

const plain: Readonly<Record<string, Read>> = {
  "ka.auditid": at("auditID"),
  "ka.stage": at("stage"),
  "ka.verb": at("verb"),
  "ka.uri": at("requestURI"),
  "ka.useragent": at("userAgent"),
  "ka.user.name": at("user", "username"),
  "ka.user.groups": listAt("user", "groups"),
  "ka.impuser.name": at("impersonatedUser", "username"),
  "ka.auth.decision": at("annotations", "authorization.k8s.io/decision"),
  "ka.auth.reason": at("annotations", "authorization.k8s.io/reason"),
  "ka.validations.admission.policy.failure": at("annotations", "validation.policy.admission.k8s.io/validation_failure"),
  "ka.security.pod.violations": at("annotations", "pod-security.kubernetes.io/audit-violations"),
  "ka.cluster.name": at("annotations", "cluster_name"),
  "ka.target.name": at("objectRef", "name"),
  "ka.target.namespace": at("objectRef", "namespace"),
  "ka.target.resource": at("objectRef", "resource"),
  "ka.target.subresource": at("objectRef", "subresource"),
  "ka.response.code": at("responseStatus", "code"),
  "ka.response.reason": at("responseStatus", "reason"),
  "ka.resp.name": at("responseObject", "metadata", "name"),
  "ka.req.binding.role": at("requestObject", "roleRef", "name"),
  "ka.req.binding.subjects": listAt("requestObject", "subjects"),
  "ka.req.binding.subjects.user_names": subjects("User"),
  "ka.req.binding.subjects.group_names": subjects("Group"),
  "ka.req.binding.subjects.serviceaccount_names": subjects("ServiceAccount"),
  "ka.req.binding.subjects.serviceaccount_ns_names": subjects("ServiceAccount", (subject) => {
    const namespace = textOf(member(subject, "namespace"));
    return namespace === undefined ? undefined : `${namespace}:${textOf(member(subject, "name"))}`;
  }),
  "ka.req.configmap.name": at("objectRef", "name"),
  "ka.req.configmap.obj": at("requestObject", "data"),
  "ka.req.pod.host_ipc": at("requestObject", "spec", "hostIPC"),
  "ka.req.pod.host_network": at("requestObject", "spec", "hostNetwork"),
  "ka.req.pod.host_pid": at("requestObject", "spec", "hostPID"),
  "ka.req.pod.run_as_user": at("requestObject", "spec", "securityContext", "runAsUser"),
  "ka.req.pod.run_as_group": at("requestObject", "spec", "securityContext", "runAsGroup"),
  "ka.req.pod.fs_group": at("requestObject", "spec", "securityContext", "fsGroup"),
  "ka.req.pod.supplemental_groups": listAt("requestObject", "spec", "securityContext", "supplementalGroups"),
  "ka.req.pod.volumes.hostpath": inVolumes("hostPath", "path"),
  "ka.req.pod.volumes.flexvolume_driver": inVolumes("flexVolume", "driver"),
  "ka.req.role.rules.apiGroups": inRules("apiGroups"),
  "ka.req.role.rules.nonResourceURLs": inRules("nonResourceURLs"),
  "ka.req.role.rules.verbs": inRules("verbs"),
  "ka.req.role.rules.resources": inRules("resources"),
  "ka.req.service.type": at("requestObject", "spec", "type"),
};

/** Of each container: its own member, or one of its security context. */
const ofContainers: Readonly<Record<string, readonly string[]>> = {
  name: ["name"],
  image: ["image"],
  privileged: ["securityContext", "privileged"],
  allow_privilege_escalation: ["securityContext", "allowPrivilegeEscalation"],
  read_only_fs: ["securityContext", "readOnlyRootFilesystem"],
  run_as_user: ["securityContext", "runAsUser"],
  run_as_group: ["securityContext", "runAsGroup"],
  proc_mount: ["securityContext", "procMount"],
};

const nothing: Read = () => undefined;

function readerOf(name: string): Read {
  if (Object.hasOwn(plain, name)) return plain[name] ?? nothing;
  const pointer = /^jevt\.value\[\/(.*)\]$/.exec(name)?.[1];
  if (pointer !== undefined) {
    const steps = pointer.split("/").map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
    return (event) => textOf(atPointer(event, steps));
  }
  const parameter = /^ka\.uri\.param\[(.*)\]$/.exec(name)?.[1];
  if (parameter !== undefined) return (event) => uriParameter(textOf(member(event, "requestURI")), parameter);
  const [, list = "", field = ""] = /^ka\.req\.pod\.(containers|initContainers|ephemeralContainers)\.(.*)$/.exec(name) ?? [];
  const names = field === "command" || field === "args" ? [field] : ofContainers[field];
  if (names === undefined) return nothing;
  const path = ["requestObject", "spec", list, ...names];
  if (field === "command" || field === "args") return (event) => joined(across(event, path));
  // Of names and images the plugin gives all or none.
  if (field === "name" || field === "image") return (event) => allOrNone(across(event, path));
  return (event) => texts(across(event, path));
}

const allOrNone = (values: readonly unknown[] | undefined): readonly string[] | undefined => (values?.some((value) => value === undefined) === true ? undefined : texts(values));

/** Words of each container's list, joined by spaces. The plugin gives nothing where one of them is no list of texts. */
function joined(lists: readonly unknown[] | undefined): readonly string[] | undefined {
  const given = lists?.filter((list) => list !== undefined) ?? [];
  const whole = given.every((list) => Array.isArray(list) && list.every((word) => typeof word === "string"));
  return given.length === 0 || !whole ? undefined : given.map((list) => (list as readonly string[]).join(" "));
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null && !Array.isArray(value);

const member = (value: unknown, name: string): unknown => (isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined);

function reach(value: unknown, names: readonly string[]): unknown {
  let part = value;
  for (const name of names) part = member(part, name);
  return part;
}

/** As `reach`, with the numbers of list elements among the steps. */
const atPointer = (value: unknown, steps: readonly string[]): unknown => steps.reduce((part, step) => (Array.isArray(part) ? (/^\d+$/.test(step) ? part[Number(step)] : undefined) : member(part, step)), value);

/** The values at a place, one for each element of the lists on the way; undefined where the way ends before the first list. */
function across(value: unknown, names: readonly string[]): readonly unknown[] | undefined {
  const [name, ...rest] = names;
  if (name === undefined) return [value];
  if (Array.isArray(value)) return value.flatMap((element) => across(element, names) ?? [undefined]);
  const next = member(value, name);
  return next === undefined ? undefined : across(next, rest);
}

const texts = (values: readonly unknown[] | undefined): readonly string[] | undefined => values?.flatMap((value) => textOf(value) ?? []);

/** A value as the plugin writes it: a text as it is, all else as JSON. */
function textOf(value: unknown): string | undefined {
  return value === undefined || typeof value === "string" ? value : JSON.stringify(value);
}
