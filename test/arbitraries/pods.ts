import fc from "fast-check";
import { newestMinor, oldestMinor } from "../../src/kubernetes/minors.ts";
import { podBearingKinds, type PodBearingKind } from "../../src/kubernetes/pod-bearing.ts";
import { containers } from "./containers.ts";
import { absent, type Care, listOf, objectOf, orNothing, usually, usuallyFrom } from "./members.ts";
import { appArmorProfiles, hostileTexts, runAsNonRoot, runAsUser, seccompProfiles, seLinuxOptions, windowsOptions } from "./security-contexts.ts";
import { volumes } from "./volumes.ts";

/** An object that holds a pod, and the minor of the Kubernetes whose rules apply: 37 for 1.37. */
export interface PodCase {
  readonly minor: number;
  readonly object: unknown;
}

/**
 * Pods in objects of every pod-bearing kind, at every minor from the oldest to the newest. What the Pod Security checks read is
 * absent, null, empty, right, wrong, in the wrong case or at a boundary, in pods of three tempers: from careful ones with
 * a single flaw, in which each check has its say, to those with a flaw in almost every field. The types are those that the
 * API server decodes.
 */
export function podCases(): fc.Arbitrary<PodCase> {
  return fc.record({
    minor: fc.integer({ min: oldestMinor, max: newestMinor }),
    object: fc.tuple(fc.constantFrom(...podBearingKinds), fc.oneof(...[60, 12, 2].map(pods)), outsideOfPods).map(([kind, pod, outside]) => aroundPod(kind, pod, outside)),
  });
}

/**
 * An object of a kind around a pod's metadata and spec. What stands `outside` of the pod template must make no difference; of a
 * kind without template it stands nowhere.
 */
export function aroundPod(kind: PodBearingKind, pod: unknown, outside: Readonly<Record<string, unknown>> = {}): unknown {
  const path: readonly string[] = kind.podPath;
  const wrapped = path.toReversed().reduce((inner: unknown, name) => ({ ...outside, [name]: inner }), pod);
  return { apiVersion: kind.apiVersion, kind: kind.kind, ...(wrapped as object) };
}

const bad = { hostPID: true, hostNetwork: true, securityContext: { runAsUser: 0 }, containers: [{ name: "outside", securityContext: { privileged: true } }] };

/** Members beside a template that look like those of a pod. */
const outsideOfPods: fc.Arbitrary<Readonly<Record<string, unknown>>> = usuallyFrom(
  3,
  fc.constant({}),
  fc.constantFrom(bad, { metadata: { annotations: { "container.apparmor.security.beta.kubernetes.io/web": "unconfined" } } }),
) as fc.Arbitrary<Readonly<Record<string, unknown>>>;

function pods(care: Care): fc.Arbitrary<unknown> {
  const whole = objectOf({ metadata: metadata(care), spec: spec(care) });
  return usuallyFrom(200, whole, fc.constantFrom({}, { spec: null }, { metadata: null, spec: {} }));
}

function spec(care: Care): fc.Arbitrary<unknown> {
  const host = usually(care, [absent, absent, null, false], [true]);
  return objectOf({
    hostNetwork: host,
    hostPID: host,
    hostIPC: host,
    hostUsers: usually(4, [absent, absent, true, null], [false]),
    os: usually(10, [absent, absent, absent, null, {}, { name: "linux" }], [{ name: "windows" }, { name: "windows" }, { name: "Windows" }, { name: "" }, { name: null }]),
    securityContext: orNothing(podSecurityContext(care)),
    volumes: usuallyFrom(1, fc.constantFrom(absent, null, []), volumes(care)),
    initContainers: usuallyFrom(2, fc.constantFrom(absent, null, []), containers(care, 1, 2)),
    containers: usuallyFrom(30, containers(care, 1, 3), fc.constantFrom(absent, null, [])),
    ephemeralContainers: usuallyFrom(3, fc.constantFrom(absent, null, []), containers(care, 1, 2)),
    hostpid: usually(40, [absent], [true]),
    hostname: usually(10, [absent], hostileTexts),
  });
}

function podSecurityContext(care: Care): fc.Arbitrary<unknown> {
  return objectOf({
    runAsNonRoot: runAsNonRoot(care),
    runAsUser: runAsUser(care),
    seccompProfile: seccompProfiles(care),
    appArmorProfile: appArmorProfiles(care),
    seLinuxOptions: seLinuxOptions(care),
    windowsOptions: windowsOptions(care),
    sysctls: usuallyFrom(care / 4, fc.constantFrom(absent, absent, null, []), listOf(sysctl, 1, 3)),
    fsGroup: usually(6, [absent], [0, 1]),
  });
}

/** The safe sysctls with the minors from which on they are, as released; and what they may be mistaken for. */
const safeSysctls = [
  "kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.tcp_syncookies", "net.ipv4.ping_group_range", "net.ipv4.ip_unprivileged_port_start",
  "net.ipv4.ip_local_reserved_ports", "net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes",
  "net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem", "net.ipv4.tcp_slow_start_after_idle", "net.ipv4.tcp_notsent_lowat",
];

const sysctl = objectOf({
  name: usuallyFrom(
    3,
    fc.constantFrom(...safeSysctls),
    fc.oneof(
      fc.constantFrom(...safeSysctls).map((name) => name.replaceAll(".", "/")),
      fc.constantFrom(...safeSysctls).map((name) => name.toUpperCase()),
      fc.constantFrom<unknown>(absent, null, "", "kernel.msgmax", "net.ipv4.ip_forward", "net.ipv4.*", "net.ipv4.tcp_rmem ", "net.ipv4.tcp", "net.core.somaxconn"),
    ),
  ),
  value: fc.constantFrom(absent, null, "", "0", "1024 65535"),
});

const appArmorPrefix = "container.apparmor.security.beta.kubernetes.io/";

function metadata(care: Care): fc.Arbitrary<unknown> {
  const key = fc.oneof(
    fc.constantFrom("web", "setup", "", "other", ...hostileTexts).map((name) => `${appArmorPrefix}${name}`),
    fc.constantFrom(appArmorPrefix.toUpperCase(), appArmorPrefix.slice(0, -1), `x-${appArmorPrefix}web`, "seccomp.security.alpha.kubernetes.io/pod", "app", ...hostileTexts),
  );
  const profile = usually(care / 2, ["runtime/default", "localhost/web", "localhost/", "", null], ["unconfined", "localhost", "Runtime/default", "runtime/default ", "docker/default", "LOCALHOST/web", "unconfined/localhost/web", ...hostileTexts]);
  const annotations = fc.dictionary(key, profile, { minKeys: 1, maxKeys: 3, noNullPrototype: true });
  return usuallyFrom(20, objectOf({ name: fc.constantFrom(absent, "web"), annotations: usuallyFrom(1, fc.constantFrom(absent, absent, null, {}), annotations) }), fc.constantFrom(absent, null, {}));
}
