import { expect, it } from "vitest";
import { textReporter } from "../../src/report/text.ts";
import { exemptedFinding, finding, options, report, result } from "./sample.ts";

it("groups by file and object, and shows a place once with all that is wrong there, the worst first", () => {
  const other = { ...finding, control: "host-probes", severity: "medium", message: "a probe names a host", absent: "host" } as const;
  expect(report(textReporter(options), [result({ findings: [other, finding] })])).toBe(`
apps/web.yaml

  Pod shop/web
    3 │     - name: web
    4 │       securityContext: { privileged: true }
      │                          ^^^^^^^^^^
    critical  privileged-containers  container web is privileged
      → Remove securityContext.privileged or set it to false.
    medium    host-probes            a probe names a host  (host is not set)
      → Remove host.

✖ 2 violations (1 critical, 1 medium) in 1 of 1 document · 9 controls
`);
});

it("says at the end what the target exempts and why, and shows no frame for it", () => {
  expect(report(textReporter(options), [result({ exempted: [exemptedFinding, exemptedFinding] })])).toBe(`
  exempted  privileged-containers, 2 violations: node agents (PLAT-1, until 2027-03-31)

✔ no violations in 1 document · 9 controls · 2 exempted by the target
`);
});

it("wraps long text under its own beginning on a terminal, and leaves it alone without one", () => {
  const long = { ...finding, message: "container web allows privilege escalation; set allowPrivilegeEscalation to false", absent: "securityContext.allowPrivilegeEscalation" };
  const row = (width: number | undefined): string => report(textReporter({ ...options, width }), [result({ findings: [long] })]).split("\n").slice(7, -4).join("\n");
  expect(row(80)).toBe(`    critical  privileged-containers  container web allows privilege escalation;
                                     set allowPrivilegeEscalation to false
                                     (securityContext.allowPrivilegeEscalation
                                     is not set)`);
  expect(row(undefined)).toBe(`    critical  privileged-containers  ${long.message}  (${long.absent} is not set)`);
});

it("says what to do about a control once a file", () => {
  const elsewhere = { ...finding, line: 3, column: 7 };
  const text = report(textReporter(options), [result({ findings: [elsewhere, finding] }), result({ file: "b.yaml", findings: [{ ...finding, file: "b.yaml" }] })]);
  expect(text.match(/→ Remove securityContext/g)).toHaveLength(2);
});

it("shows errors and notes, and sums up controls that were not evaluated", () => {
  const skipped = (file: string) => result({ file, notEvaluated: [{ control: "dangling-bindings", file, reason: "It needs more." }] });
  const broken = result({ object: undefined, errors: [{ file: "apps/web.yaml", line: 9, column: 2, message: "A value is missing.", help: "Write one." }], frame: () => [] });
  const noted = result({ notes: [{ file: "apps/web.yaml", line: 1, column: 1, message: "Nothing is known of it." }] });
  expect(report(textReporter(options), [broken, noted, skipped("a"), skipped("b")])).toBe(`
apps/web.yaml

  error 9:2  A value is missing.
      → Write one.

  note 1:1  Nothing is known of it.

  not evaluated  dangling-bindings in 2 files: It needs more.

✖ 1 error · no violations in 3 documents · 9 controls
`);
});

it("says so when there is nothing to say", () => {
  expect(report(textReporter(options), [result({}), result({})])).toBe("\n✔ no violations in 2 documents · 9 controls\n");
});
