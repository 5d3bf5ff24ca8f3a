import fc from "fast-check";
import { absent, type Care, listOf, objectOf, orNothing, usually, usuallyFrom } from "./members.ts";

/** Texts that mean something to a language on the way: JSON, templates, format strings, paths, terminals. */
export const hostileTexts: readonly string[] = ['a"b', "a\\b", "{{ x }}", "%d %v", "${x}", "$(x)", "a]b", 'a"]', "line\nbreak", "tab\t", "\u0000", "\u007f", "\u2028", "é", "😀", "<&>", "undefined", "null", " "];

export const runAsNonRoot = (care: Care): fc.Arbitrary<unknown> => usually(care, [true, true, true, absent, null], [false]);
export const runAsUser = (care: Care): fc.Arbitrary<unknown> => usually(care, [absent, absent, null, 1, 1000, 65_535, 2 ** 31, Number.MAX_SAFE_INTEGER, -1], [0]);

export const seccompProfiles = (care: Care): fc.Arbitrary<unknown> => profiles(care);
export const appArmorProfiles = (care: Care): fc.Arbitrary<unknown> => profiles(care);

const profiles = (care: Care): fc.Arbitrary<unknown> =>
  usually(
    care,
    [absent, null, { type: "RuntimeDefault" }, { type: "RuntimeDefault" }, { type: "Localhost", localhostProfile: "profiles/web.json" }, { type: "Localhost", localhostProfile: null }],
    [{}, { type: null }, { localhostProfile: "RuntimeDefault" }, ...["", "Unconfined", "unconfined", "runtimeDefault", "RuntimeDefault ", "localhost", "LOCALHOST", "runtime/default", "Localhost/web"].map((type) => ({ type }))],
  );

export const windowsOptions = (care: Care): fc.Arbitrary<unknown> =>
  usually(
    care,
    [absent, absent, null, {}, { hostProcess: false }, { hostProcess: null }, { runAsUserName: "ContainerUser" }, { hostprocess: true }],
    [{ hostProcess: true }, { hostProcess: true, runAsUserName: "NT AUTHORITY\\SYSTEM" }],
  );

export function seLinuxOptions(care: Care): fc.Arbitrary<unknown> {
  const freeText = usually(care, [absent, null, ""], ["system_u", " ", ...hostileTexts]);
  const type = usually(
    care,
    [absent, null, "", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"],
    ["spc_t", "Container_t", "CONTAINER_T", "container_t ", "container_logreader_t", "container"],
  );
  return usuallyFrom(1, fc.constantFrom(absent, absent, null, {}), objectOf({ type, user: freeText, role: freeText, level: fc.constantFrom(absent, null, "", "s0:c1,c2"), User: usually(care, [absent], ["system_u"]) }));
}

const defaultCapabilities = [
  "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
];
const otherCapabilities = ["NET_RAW", "SYS_ADMIN", "ALL", "", "chown", "Net_Bind_Service", "CAP_CHOWN", "CAP_NET_BIND_SERVICE", "NET_BIND_SERVICE ", "*"];

function capabilities(care: Care): fc.Arbitrary<unknown> {
  const added = usually(3, [...defaultCapabilities, ...Array.from({ length: 20 }, () => "NET_BIND_SERVICE")], otherCapabilities);
  const dropped = fc.constantFrom("ALL", "ALL", "all", "All", "CAP_ALL", "ALL ", "", "NET_RAW", "CHOWN");
  return usuallyFrom(
    care,
    fc.constantFrom(...[absent, absent, null, [], ["NET_BIND_SERVICE"], ["NET_BIND_SERVICE", null]].flatMap((add) => [["ALL"], ["NET_RAW", "ALL"]].map((drop) => (add === absent ? { drop } : { drop, add })))),
    orNothing(objectOf({ add: usuallyFrom(1, fc.constantFrom(absent, null, []), listOf(added, 1, 3)), drop: usuallyFrom(1, fc.constantFrom(absent, null, [], ["ALL"]), listOf(dropped, 1, 3)) })),
  );
}

/** The security context of a container. */
export function securityContexts(care: Care): fc.Arbitrary<unknown> {
  const whole = objectOf({
    privileged: usually(care, [absent, absent, null, false], [true]),
    allowPrivilegeEscalation: usually(care, [false], [absent, null, true]),
    capabilities: capabilities(care),
    procMount: usually(care, [absent, absent, null, "Default"], ["Unmasked", "default", "DEFAULT", "", "unmasked", "Default "]),
    appArmorProfile: appArmorProfiles(care),
    seccompProfile: seccompProfiles(care),
    runAsNonRoot: runAsNonRoot(care),
    runAsUser: runAsUser(care),
    seLinuxOptions: seLinuxOptions(care),
    windowsOptions: windowsOptions(care),
    Privileged: usually(care, [absent], [true]),
  });
  return usuallyFrom(care, whole, fc.constantFrom(absent, null, {}));
}
