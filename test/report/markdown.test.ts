import { expect, it } from "vitest";
import { markdownReporter } from "../../src/report/markdown.ts";
import { exemptedFinding, finding, hostileResult, report, result } from "./sample.ts";

it("writes a table of violations and what else is to be known", () => {
  const parts = result({ findings: [finding], errors: [{ file: "b.yaml", line: 9, column: 2, message: "Wrong.", help: "Mend it." }], notEvaluated: [{ control: "dangling-bindings", file: "b.yaml", reason: "It needs more." }] });
  expect(report(markdownReporter(), [parts])).toBe(`## Portcullis

| severity | control | object | what stands there | where |
| --- | --- | --- | --- | --- |
| critical | \`privileged-containers\` | \`Pod shop/web\` | container web is privileged | \`apps/web.yaml:4\` |

**1 violation** (1 critical) in 1 document by 9 controls; **1 error**.

### Errors and notes

- error: \`b.yaml:9\` Wrong. Mend it.

### Not evaluated

- \`dangling-bindings\` in \`b.yaml\`: It needs more.
`);
});

it("says what the target exempts, once for each reason", () => {
  expect(report(markdownReporter(), [result({ exempted: [exemptedFinding, exemptedFinding] })])).toBe(`## Portcullis

No violations in 1 document by 9 controls.

### Exempted by the target

- \`privileged-containers\`, 2 violations: node agents (PLAT-1, until 2027-03-31)
`);
});

it("lets hostile text split no cell and be no markup, link or mention", () => {
  const lines = report(markdownReporter(), [hostileResult]).split("\n");
  const row = lines[4] ?? "";
  expect(row.split(/(?<!\\)\|/)).toHaveLength(7);
  const message = row.split(/(?<!\\)\|/)[4] ?? "";
  expect(message).not.toMatch(/<|>|(?<!\\)[`[\]]|:\/\/| @a/);
});
