import { expect, it } from "vitest";
import { githubReporter } from "../../src/report/github.ts";
import { exemptedFinding, finding, hostileResult, report, result } from "./sample.ts";

it("writes an annotation for each violation, as loud as it is severe", () => {
  const medium = { ...finding, control: "host-probes", severity: "medium", message: "a probe names a host" } as const;
  expect(report(githubReporter(), [result({ findings: [finding, medium] })])).toBe(
    [
      "::error file=apps/web.yaml,line=4,col=26,title=privileged-containers (critical)::Pod shop/web: container web is privileged%0ARemove securityContext.privileged or set it to false.",
      "::warning file=apps/web.yaml,line=4,col=26,title=host-probes (medium)::Pod shop/web: a probe names a host%0ARemove host.",
      "1 document, 2 violations, 0 errors\n",
    ].join("\n"),
  );
});

it("annotates nothing that the target exempts, but counts it", () => {
  expect(report(githubReporter(), [result({ exempted: [exemptedFinding] })])).toBe("1 document, 0 violations, 0 errors, 1 exempted by the target\n");
});

it("lets hostile text start no command of its own and end no property", () => {
  const lines = report(githubReporter(), [hostileResult]).trimEnd().split("\n");
  expect(lines).toHaveLength(5);
  for (const line of lines.slice(0, 4)) expect(line).toMatch(/^::(error|notice) file=[^:,]*,line=\d+,col=\d+,title=[^:,]*::/);
  expect(lines[0]).toContain("100%25");
});
