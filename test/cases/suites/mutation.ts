import { describe, expect, it } from "vitest";
import type { CompiledControl } from "../../../src/backends/backend.ts";
import type { DerivedCase } from "../../../src/cases/index.ts";
import type { CheckIr } from "../../../src/ir/control.ts";
import { defaultParameters, judge, newestMinor } from "../../../src/plain/judge.ts";
import { derivedControls } from "../../derived-cases.ts";
import { interpret } from "../../ir-interpreter.ts";
import { type Mutant, mutantsOf } from "./mutants.ts";

const spread = <Item>(items: readonly Item[], most: number): readonly Item[] => (items.length <= most ? items : items.filter((_item, index) => Math.floor((index * most) / items.length) !== Math.floor(((index - 1) * most) / items.length)));

const controls = derivedControls();

/** How many mutants each control is tried with; all of them with PORTCULLIS_MUTANTS=all, which takes minutes. */
const mostMutants = process.env["PORTCULLIS_MUTANTS"] === "all" ? Infinity : Math.max(30, Math.floor(3000 / controls.length));

/** What a check says of a case; a mutant may also break down, which is as good as another answer. */
function answerOf(check: CheckIr, each: Omit<DerivedCase, "covers">, defaults: Record<string, unknown>): string {
  const { object, oldObject, operation = "CREATE", user = {}, namespace, others = [], parameters = {}, kubernetesMinor = newestMinor } = each;
  try {
    return JSON.stringify(interpret(check, { object, oldObject, operation, user, namespace, others, parameters: { ...defaults, ...parameters }, kubernetesMinor }));
  } catch (error) {
    return String(error);
  }
}

/** Mistakes that change nothing, whatever the object, or that another test notices, each with the reason. */
const harmless: readonly (readonly [RegExp, string])[] = [
  [/ and true becomes/, "what is bound in a branch leaves a true behind among its conditions"],
  [/^ingress-hosts clause 4: "" becomes/, "no text without a star at its start is a wildcard"],
  [/^ingress-hosts clause 5: (filter\(lookup|present\(object.metadata.name\)|other.metadata.name|"e?f?a?u?l?t?default)/, "an Ingress of the same namespace is no rival anyhow; test/fixtures/rego/language/others.ts holds what the object itself is"],
  [/^metadata-endpoint-egress clause [23]: .*"?Namespace"?/, "a Namespace has no rules of egress"],
  [/^metadata-endpoint-egress .*present\(block\) and .* becomes cidrContains/, "a block that is absent contains nothing"],
  [/^network-policy-coverage clause 1: object.kind == "NetworkPolicy" is not asked|^network-policy-coverage clause 2: .*NetworkPolicy/, "a pod has no selector of pods, and a NetworkPolicy no pod"],
  [/^network-policy-coverage .*present\(selector\) and .* becomes not some/, "a selector that is absent was given as an empty one"],
  [/^network-policy-coverage .*present\(value\) (and|or not) .* becomes (not \()?value in/, "a label that is absent is none of the values"],
  [/^encryption-providers .*(not present\(text\)|: "" becomes "~"|present\(entry\) is not asked|piece\) \? absent : .* becomes join)/, "textAfter is called with a text and a piece there, and a walk over an absent entry visits nothing"],
  [/^host-probes .*present\(handler\) is not asked/, "a walk skips handlers that are absent"],
  [/^seccomp-profile clause 3: present\(podProfile\) and confines\(podProfile\) becomes/, "an absent profile confines nothing"],
  [/^allowed-registries .*"docker.io" becomes/, "the fallback of a parameter that has a default"],
  [/^image-pull-policy clause [12]: "" becomes "~"/, "a reference that is absent has no tag, and neither has this one"],
  [/^exposed-services clause [123]: "ClusterIP" becomes/, "an absent type is none of the types that these clauses ask for"],
  [/ starts-with\(object.kind, "Cluster"\) becomes contains/, "no kind of RBAC has the word inside its name"],
  [/ "0\.0*1" becomes "\.0*1"$/, "the same number"],
  [/ object.kind == "Auth(entication|orization)Configuration" is not asked/, "no other kind has such fields"],
  [/ object.kind == "KubeProxyConfiguration" is not asked|\(object.kind == "ConfigMap"\) and (.*) becomes \1$/, "no other kind has such a field"],
  [/ \(object.kind == "ComponentFlags"\) \? object.config : absent becomes object.config$/, "no other kind has a config"],
  [/ not \(object.kind == "ComponentFlags"\) or not present\(object.config\) becomes not present\(object.config\)$/, "no other kind has a config"],
  [/^[a-z-]+ clause \d+: present\((file|last|limit|mode|rate|timeout)\) and (?!.* becomes .*present\(\1\))/, "no pattern fits what is absent, and nothing is read of a file that is not there"],
  [/^denied-images .*(: "latest" becomes|\[1\] \?\? .* becomes contains)/, "names of repositories have no tag"],
  [/^denied-images .* ends-with\(name, "\*"\) becomes contains/, "a name with a star elsewhere than at its end is refused"],
  [/^version-skew clause [123]: object.kind == "(Node|DaemonSet)" is not asked/, "no other kind has such a version"],
  [/^version-skew .*("\.0" becomes "\.0~"|"v1\." becomes "1\."|: "" becomes "~")$/, "the version reads the same, or as none"],
  [/^version-skew clause [45]: "default" becomes/, "the pods that are judged and looked up are in kube-system"],
  [/^literal-credentials .*(contains\(text, "(AKIA|PRIVATE KEY-----|gh|xox|eyJ)"\) and .* becomes matches|: "gh" becomes "h"$)/, "what is asked first only spares the pattern behind it"],
  [/ present\(pod\) is not asked$/, "a walk over the lists of an absent pod visits nothing"],
  [/^(literal-credentials|static-cloud-keys) clause \d: object.kind == "(Secret|ConfigMap)" is not asked$/, "no other of the matched kinds has such a member"],
  [/^denied-images .*(not present\(tag\) \? "" : text\(":", tag\) becomes|: "" becomes)/, "what stands behind a colon is not read"],
  [/ bootstrapRoles becomes bootstrapRoles$/, "test/engines/bootstrap-roles.test.ts holds each of the names to those of Kubernetes"],
];
const isHarmless = (name: string): boolean => harmless.some(([pattern]) => pattern.test(name));

const survivors: string[] = [];
let mutants = 0;
let explained = 0;

/** The objects of a control's own with what it says of them, which every engine is asked too. */
const ownCases = ({ control, id }: CompiledControl): readonly Omit<DerivedCase, "covers">[] => [...control.pass, ...control.fail].map(({ name = "", others = [], ...each }) => ({ name, ...(each as unknown as Pick<DerivedCase, "object" | "oldObject" | "operation" | "user" | "parameters" | "kubernetesMinor">), others: others as unknown as NonNullable<DerivedCase["others"]>, violations: judge(control, id, { ...each, others }) }));

describe("the own and the derived cases of", () => {
  for (const { control, cases } of controls) {
    it(`${control.id} notice a mistake in its check`, () => {
      const defaults = defaultParameters(control.control);
      const asked = [...ownCases(control), ...cases];
      const isKilled = ({ check }: Mutant): boolean => asked.some((each) => answerOf(check, each, defaults) !== JSON.stringify(each.violations));
      const tried = spread(mutantsOf(control.check), mostMutants);
      const unnoticed = tried.filter((mutant) => !isKilled(mutant)).map(({ name }) => `${control.id} ${name}`);
      const alive = unnoticed.filter((name) => !isHarmless(name));
      explained += unnoticed.length - alive.length;
      mutants += tried.length;
      survivors.push(...alive);
      expect(alive.length, alive.join("\n")).toBeLessThanOrEqual(tried.length * 0.1);
    }, 60_000);
  }

  it("all controls together notice 98 of 100 mistakes", () => {
    if (process.env["PORTCULLIS_SURVIVORS"] !== undefined) console.log(`${survivors.join("\n")}\n${survivors.length} of ${mutants} mutants survive, and ${explained} that change nothing`);
    expect(mutants).toBeGreaterThan(1000);
    expect(survivors.length, survivors.join("\n")).toBeLessThanOrEqual(mutants * 0.02);
  });
});
