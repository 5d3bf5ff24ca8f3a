import { expect, it } from "vitest";
import { stringify } from "yaml";
import { loadRules } from "../falco/engine.ts";
import { asFields } from "../falco/events.ts";

type Entry = Readonly<Record<string, unknown>>;

/** Whether a rule with a condition fires for an event of system calls. */
function fires(condition: string, event: Entry, ...others: readonly Entry[]): boolean {
  const [rule] = loadRules([{ path: "rules.yaml", content: stringify([...others, { rule: "r", condition, source: "syscall" }]) }]);
  return rule?.fires(asFields(event)) === true;
}

function auditFires(condition: string, event: Entry): boolean {
  const [rule] = loadRules([{ path: "rules.yaml", content: stringify([{ rule: "r", condition, source: "k8s_audit" }]) }]);
  return rule?.fires(asFields(event)) === true;
}

it("holds every comparison with a field that is not there for false, and its denial for true", () => {
  for (const check of ["proc.name = a", "proc.name != a", "proc.name in (a, b)", "proc.name contains a", "proc.name exists", "proc.vpid > 1", "proc.vpid < 1", "container.privileged = false", "fd.sip = 10.0.0.1", "fd.snet = 10.0.0.0/8", "proc.aname = a"]) {
    expect({ check, fires: fires(check, {}), denied: fires(`not (${check})`, {}) }).toEqual({ check, fires: false, denied: true });
  }
  expect(auditFires("ka.user.groups in (a)", { "ka.user.groups": [] })).toBe(false);
  expect(auditFires("not (ka.user.groups intersects (a))", {})).toBe(true);
});

it("wants all values of a list among the items for in, and one of them for intersects", () => {
  const event = { "ka.user.groups": ["a", "b"] };
  expect([["a"], ["a", "b"], ["b", "c", "a"], ["c"]].map((items) => [auditFires(`ka.user.groups in (${items.join(", ")})`, event), auditFires(`ka.user.groups intersects (${items.join(", ")})`, event)])).toEqual([[false, true], [true, true], [true, true], [false, false]]);
  expect(() => auditFires("ka.user.groups = a", event)).toThrow("ka.user.groups takes no =");
});

it("asks every ancestor for any of them, and one by its number for itself", () => {
  const event = { "proc.aname": ["sh", "nginx"], "proc.aname[2]": "nginx" };
  expect(["proc.aname = nginx", "proc.aname in (x, nginx)", "proc.aname != nginx", "proc.aname[2] = nginx", "proc.aname[3] = nginx"].map((check) => fires(check, event))).toEqual([true, true, true, true, false]);
});

it.each<[string, Entry, boolean]>([
  ["fd.sport in (22, 80)", { "fd.sport": 80 }, true],
  // Falco keeps 16 bits of a port.
  ["fd.sport = 65558", { "fd.sport": 22 }, true],
  ["evt.rawres >= 0", { "evt.rawres": -2 }, false],
  ["fd.snet in (10.0.0.0/8, fd00::/8)", { "fd.sip": "fd00::1" }, true],
  ["fd.snet in (0.0.0.0/0, 10.0.0.0/8)", { "fd.sip": "fd00::1" }, false],
  ["fd.sip in (::1)", { "fd.sip": "::1" }, true],
  ["proc.name glob a*c", { "proc.name": "a/b/c" }, true],
  ["proc.name glob a?c", { "proc.name": "abbc" }, false],
  ['proc.name regex "a.c"', { "proc.name": "xabc" }, false],
  ["proc.name icontains B", { "proc.name": "abc" }, true],
  ["proc.name startswith \"a b\"", { "proc.name": "a bc" }, true],
  ["proc.name endswith /x", { "proc.name": "a/x" }, true],
  ["fd.name pmatch (/var, /etc)", { "fd.name": "/etcetera" }, false],
  ["fd.name pmatch (/var, /etc)", { "fd.name": "/etc/passwd" }, true],
  ["proc.name = \"a\\\"b\\\\c\\n\"", { "proc.name": 'a"b\\c\n' }, true],
  ["not proc.name = a and proc.name exists", { "proc.name": "b" }, true],
  ["proc.name = a or proc.name = b and proc.pname = c", { "proc.name": "a" }, true],
])("evaluates %s of %j", (condition, event, expected) => {
  expect(fires(condition, event)).toBe(expected);
});

it("puts lists in by their text, in quoted texts too, and macros as they are", () => {
  const shells = { list: "portcullis_shells", items: ["sh", "my sh"] };
  expect(fires("proc.name in (portcullis_shells)", { "proc.name": "my sh" }, shells)).toBe(true);
  expect(() => fires('proc.name = "a portcullis_shells b"', {}, shells)).toThrow('proc.name = "a sh, "my sh" b"');
  expect(fires('proc.name = "portcullis_shells"', { "proc.name": "portcullis_shells" }, shells)).toBe(true);
  expect(fires("proc.pname = x and portcullis_any", { "proc.name": "c" }, { macro: "portcullis_any", condition: "proc.name = a or proc.name = c" })).toBe(false);
  expect(() => fires("proc.name in (portcullis_nosuch)", {})).toThrow("there is no portcullis_nosuch");
  expect(() => fires("portcullis_nosuch", {})).toThrow("there is no portcullis_nosuch");
});

it("appends exceptions to the whole condition, each value of one field or row of several by itself", () => {
  const rule = (exception: Entry, condition = "proc.name = a or proc.name = b"): Entry => ({ rule: "r", source: "syscall", condition, exceptions: [{ name: "e", ...exception }] });
  const fire = (entry: Entry, event: Entry): boolean => loadRules([{ path: "rules.yaml", content: stringify([entry]) }])[0]?.fires(asFields(event)) === true;
  const one = rule({ fields: "proc.pname", comps: "in", values: ["x", "y z"] });
  expect(["x", "y z", "w"].map((parent) => fire(one, { "proc.name": "a", "proc.pname": parent }))).toEqual([false, false, true]);
  expect(fire(rule({ fields: "proc.pname", comps: "in" }), { "proc.name": "a" })).toBe(true);
  const rows = rule({ fields: ["proc.pname", "k8s.ns.name"], comps: ["=", "startswith"], values: [["x", "kube-"], ["y", "dev"]] });
  expect([["x", "kube-system"], ["y", "kube-system"], ["y", "dev-1"]].map(([parent, namespace]) => fire(rows, { "proc.name": "b", "proc.pname": parent, "k8s.ns.name": namespace }))).toEqual([false, true, false]);
});
