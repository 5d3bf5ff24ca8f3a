import { describe, expect, it } from "vitest";
import { defaultParameters, judge, newestMinor } from "../src/plain/judge.ts";
import type { CheckIr } from "../src/ir/control.ts";
import { keyOf } from "../src/ir/identity.ts";
import { mapClause } from "../src/ir/map-clause.ts";
import { printCheck } from "../src/ir/print.ts";
import { verifyCheck } from "../src/ir/verify.ts";
import { freshen, rewrite } from "../src/ir/walk.ts";
import { passes, runPasses } from "../src/passes/index.ts";
import { interpret } from "./ir-interpreter.ts";
import { loweredControls } from "./lowered-controls.ts";
import { ObjectMutations, randomNumbers } from "./object-mutations.ts";

const controls = [...loweredControls("policies"), ...loweredControls("test/fixtures/rego")];
const mutationsEach = 40;

/** Every form that a check takes on its way to the backends, by the name of the pass that made it. */
function forms(check: CheckIr): { readonly name: string; readonly check: CheckIr }[] {
  const found = [{ name: "lowering", check }];
  for (const pass of passes) found.push({ name: pass.name, check: pass.run(found.at(-1)?.check ?? check) });
  return found;
}

for (const { id, control, check } of controls) {
  describe(id, () => {
    it("is well formed after lowering and after each pass", () => {
      for (const form of forms(check)) expect({ after: form.name, problems: verifyCheck(form.check) }).toEqual({ after: form.name, problems: [] });
    });

    it("means in the intermediate representation, before and after each pass, what it does when it is run", () => {
      const mutations = new ObjectMutations(control, check, randomNumbers(1));
      const cases = [...control.pass, ...control.fail];
      const requests = [
        ...cases.map(({ object, oldObject, operation, others = [], parameters, kubernetesMinor, user }) => ({ object, oldObject, operation, others, parameters, kubernetesMinor, user })),
        ...Array.from({ length: mutationsEach }, () => ({ object: mutations.next(), oldObject: undefined, operation: undefined, user: mutations.pick([undefined, ...cases.map(({ user }) => user)]), others: mutations.pick(cases).others ?? [], parameters: mutations.pick(cases).parameters, kubernetesMinor: mutations.pick([25, 31, 35, newestMinor]) })),
      ];
      for (const { object, oldObject = mutations.next(), operation = "UPDATE", others, parameters = {}, kubernetesMinor = newestMinor, user = { username: "alice", groups: ["g"] } } of requests) {
        const surroundings = { oldObject, operation, others, user, namespace: { metadata: { labels: { strict: "true" } } } };
        const run = attempt(() => judge(control, id, { object, parameters, kubernetesMinor, ...surroundings }));
        // An object that breaks its schema may stop the plain run; there is nothing to compare with then.
        if (run === undefined) continue;
        for (const form of forms(check)) {
          const found = interpret(form.check, { object, parameters: { ...defaultParameters(control), ...parameters }, kubernetesMinor, ...surroundings });
          expect({ after: form.name, found, object }).toEqual({ after: form.name, found: run, object });
        }
      }
    });

    it("is the same tree after a rewriting that changes nothing", () => {
      const { clauses } = runPasses(check);
      for (const clause of clauses) {
        mapClause(clause, (expression) => {
          const again = rewrite(expression, (node) => node);
          expect(again).toBe(expression);
          return again;
        });
      }
    });

    it("keeps its meaning when all that it binds is given new ids", () => {
      let last = 1_000_000;
      for (const clause of check.clauses) {
        mapClause(clause, (expression) => {
          const copy = freshen(expression, (name, type) => ({ id: ++last, name, type }));
          expect(keyOf(copy)).toBe(keyOf(expression));
          return copy;
        });
      }
    });

    it("prints alike however its variables are numbered", () => {
      const text = JSON.stringify(check).replace(/"id":(\d+)/g, (_match, number: string) => `"id":${Number(number) + 5_000}`);
      expect(printCheck(JSON.parse(text) as CheckIr)).toBe(printCheck(check));
    });
  });
}

function attempt<Value>(run: () => Value): Value | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}

it("is called malformed when a variable is bound nowhere, an operand has the wrong type, or a call lacks an argument", () => {
  const [control] = controls;
  const clause = control?.check.clauses[0];
  if (control === undefined || clause === undefined) throw new Error("there are no controls");
  const span = clause.span;
  const number = { shapes: ["number"], optional: false } as const;
  const lost = { kind: "variable", binding: { id: -7, name: "lost", type: number }, type: number, span } as const;
  const helper = { id: "f", name: "f", module: "m", parameters: [lost.binding], body: lost, returns: number, span };
  const condition = { kind: "equals", left: { kind: "call", function: helper, arguments: [], type: number, span }, right: lost, type: { shapes: ["boolean"], optional: false }, span } as const;
  const broken = { ...control.check, clauses: [{ ...clause, steps: [{ kind: "when", condition, span } as const, { kind: "when", condition: lost, span } as const], anchor: { ...clause.anchor }, message: lost, path: [] }] };
  const problems = verifyCheck(broken);
  expect(problems).toContain("clause 1: f is called with 0 arguments, not 1");
  expect(problems).toContain("clause 1: nothing binds lost");
  expect(problems).toContain("clause 1: the condition is number, not boolean");
  expect(problems).toContain("clause 1: the message is number, not string");
});
