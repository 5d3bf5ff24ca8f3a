import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { rulesFaults } from "../../src/backends/falco/check/rules-faults.ts";

type Entry = Record<string, unknown>;

const rule: Entry = { rule: "Portcullis A shell", desc: "d", condition: "evt.type = execve and proc.name in (portcullis_shells)", output: "a shell %proc.name", priority: "WARNING", source: "syscall", tags: ["control:x"] };
const shells: Entry = { list: "portcullis_shells", items: ["sh"] };
const auditRule: Entry = { ...rule, rule: "Portcullis An exec", condition: "ka.verb = create", output: "an exec", source: "k8s_audit" };

const faultsOf = (...entries: readonly Entry[]): readonly string[] => rulesFaults([{ path: "rules.yaml", content: stringify(entries) }]);
const condition = (text: string, ...others: readonly Entry[]): readonly string[] => faultsOf(...others, { ...rule, condition: `evt.type = execve and (${text})` });
const auditCondition = (text: string): readonly string[] => faultsOf({ ...auditRule, condition: text });

it("finds nothing wrong with sound rules", () => {
  expect(faultsOf({ required_engine_version: "0.57.0" }, { required_plugin_versions: [{ name: "container", version: "0.4.0" }] }, shells, rule)).toEqual([]);
  expect(condition("portcullis_quiet or not proc.pname exists", { macro: "portcullis_quiet", condition: "proc.name = a" })).toEqual([]);
  expect(auditCondition('ka.user.groups intersects ("system:masters") and not (ka.user.name = a) and jevt.value[/a~1b] contains x')).toEqual([]);
});

it.each([
  ["a list that is nowhere", condition("proc.name in (portcullis_nosuch)"), "there is no list portcullis_nosuch"],
  ["a macro that is nowhere", condition("portcullis_nosuch"), "there is no macro portcullis_nosuch before it"],
  ["a macro that stands behind whoever names it", faultsOf({ macro: "portcullis_a", condition: "portcullis_b" }, { macro: "portcullis_b", condition: "evt.type = execve" }, { ...rule, condition: "portcullis_a" }), "macro portcullis_a: there is no macro portcullis_b before it"],
  ["a list that nothing names", faultsOf(shells, { list: "portcullis_idle", items: ["a"] }, rule), "nothing names portcullis_idle"],
  ["two rules of one name", faultsOf(shells, rule, rule), "two things are named Portcullis A shell"],
  ["a list and a macro of one name", faultsOf(shells, { macro: "portcullis_shells", condition: "evt.type = execve" }, rule), "two things are named portcullis_shells"],
  ["a list's name in a quoted text", condition('proc.cmdline contains "a portcullis_shells b" or proc.name in (portcullis_shells)', shells), "the name of a list stands where its items must not"],
  ["a field that there is not", condition("proc.nme = a"), "the field proc.nme, which events of syscall do not have"],
  ["a field of the other source", condition("ka.verb = get"), "the field ka.verb, which events of syscall do not have"],
  ["a field that the plugin reads wrongly", auditCondition("ka.sourceips exists"), "the field ka.sourceips, it reads the rules of a role"],
  ["an argument that no event has", condition("evt.arg.flgs = a"), "no event has an argument of that name"],
  ["a type of event that Falco does not know", condition("evt.type = opena"), "evt.type takes types of events that Falco knows"],
  ["an operator that the type does not have", condition("fd.sport contains 8"), "fd.sport takes whole numbers from 0 to 65535, and is compared by contains with 8"],
  ["a port that there is not, whose bits Falco would cut", condition("fd.sport = 65558"), "and is compared by = with 65558"],
  ["a text for a number", condition("proc.vpid = one"), "and is compared by = with one"],
  ["a text for a truth value", condition("container.privileged = yes"), "container.privileged takes true or false"],
  ["a text for an address", condition("fd.sip in (10.0.0.1, localhost)"), "fd.sip takes addresses, and is compared with localhost"],
  ["an address for a network", condition("fd.snet = 10.0.0.1"), "fd.snet takes networks"],
  ["all of IPv6 for a network, which Falco refuses", condition("fd.snet = ::/0"), "fd.snet takes networks, and is compared by = with ::/0"],
  ["a field of several values compared with one", auditCondition("ka.user.groups = a"), "ka.user.groups has several values, and is compared with one"],
  ["values of a field that has one", auditCondition("ka.verb intersects (get)"), "ka.verb has one value, and intersects needs several"],
  ["a condition that no type of event restricts", faultsOf({ ...rule, condition: "proc.name = a" }), "no type of event is named, so it runs for all of them"],
  ["a type of event in one alternative alone", faultsOf({ ...rule, condition: "evt.type = execve or proc.name = a" }), "no type of event is named"],
  ["what is no condition", condition("proc.name = a b"), "expected )"],
  ["an output with a field that there is not", faultsOf(shells, { ...rule, output: "%proc.nme" }), "the field proc.nme"],
  ["an output with a lone percent sign", faultsOf(shells, { ...rule, output: "100 % sure" }), "a percent sign in the output names no field"],
  ["an output with a field that is only for comparisons", faultsOf(shells, { ...rule, output: "%fd.snet" }), "the field fd.snet, which is only for comparisons"],
  ["an exception that compares with another type", faultsOf(shells, { ...rule, exceptions: [{ name: "a", fields: "proc.vpid", comps: "in", values: ["x"] }] }), "and is compared with x"],
  ["an exception of an unknown field", faultsOf(shells, { ...rule, exceptions: [{ name: "a", fields: ["proc.nme"], comps: ["="], values: [["x"]] }] }), "the field proc.nme"],
  ["rules of two sources in one file", faultsOf(shells, rule, auditRule), "rules of several sources stand in one file"],
])("finds %s", (_, faults, expected) => {
  expect(faults).toEqual(expect.arrayContaining([expect.stringContaining(expected)]));
});

const emitted = ["syscall", "k8s-audit"].map((name) => readFileSync(join(fileURLToPath(new URL("../../golden/falco", import.meta.url)), `portcullis-${name}.yaml`), "utf8"));
const entries = emitted.flatMap((text) => parse(text) as readonly Entry[]);

it("finds every unknown key, wrong type and missing key in what is emitted", () => {
  const kinds = ["rule", "list", "macro", "required_engine_version", "required_plugin_versions"].map((key) => entries.find((entry) => key in entry && (key !== "rule" || "exceptions" in entry)) as Entry);
  const broken = kinds.flatMap((entry) => [
    { ...entry, condtion: "x" },
    ...Object.keys(entry).map((key) => ({ ...entry, [key]: { a: 1 } })),
    ...Object.keys(entry).filter((key) => key !== "exceptions").map((key) => Object.fromEntries(Object.entries(entry).filter(([name]) => name !== key))),
  ]);
  expect(broken.length).toBeGreaterThan(25);
  expect(broken.filter((entry) => faultsOf(entry).length === 0)).toEqual([]);
});

it("takes no name, priority or version of another form", () => {
  for (const [key, value] of [["list", "shells"], ["list", "portcullis_Shells"], ["macro", "portcullis-a"], ["rule", "A shell"], ["priority", "Warning"], ["source", "aws_cloudtrail"], ["required_engine_version", "0.57"]] as const) {
    const entry = entries.find((each) => key in each) as Entry;
    expect({ key, value, faults: faultsOf({ ...entry, [key]: value }).length > 0 }).toEqual({ key, value, faults: true });
  }
});
