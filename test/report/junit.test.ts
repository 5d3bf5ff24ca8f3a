import { expect, it } from "vitest";
import { junitReporter } from "../../src/report/junit.ts";
import { exemptedFinding, finding, hostileResult, report, result } from "./sample.ts";

it("writes a failed case for a violation and a passed one for an object without any", () => {
  const text = report(junitReporter(), [result({ findings: [finding] }), result({ object: { kind: "Service", name: "web" } })]);
  expect(text).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="portcullis">
  <testsuite name="apps/web.yaml" tests="2" failures="1" errors="0" skipped="0">
    <testcase name="Pod shop/web: spec.containers[0].securityContext.privileged" classname="privileged-containers"><failure message="container web is privileged" type="critical">apps/web.yaml:4:26&#10;Remove securityContext.privileged or set it to false.</failure></testcase>
    <testcase name="Service web" classname="document"/>
  </testsuite>
</testsuites>
`);
});

it("counts errors and controls that were not evaluated apart from passes", () => {
  const parts = result({ errors: [{ file: "apps/web.yaml", line: 1, column: 1, message: "Wrong." }], notEvaluated: [{ control: "dangling-bindings", file: "apps/web.yaml", reason: "It needs more." }] });
  const text = report(junitReporter(), [parts]);
  expect(text).toContain('tests="2" failures="0" errors="1" skipped="1"');
  expect(text).toContain('<error message="Wrong." type="input">');
  expect(text).toContain('<skipped message="It needs more."/>');
});

it("skips a case for what the target exempts, and says why", () => {
  const text = report(junitReporter(), [result({ exempted: [exemptedFinding] })]);
  expect(text).toContain('tests="2" failures="0" errors="0" skipped="1"');
  expect(text).toContain('classname="privileged-containers"><skipped message="exempted: node agents (PLAT-1, until 2027-03-31)"/>');
});

it("starts another suite where a file has very many cases, so that little is held", () => {
  const text = report(junitReporter(), Array.from({ length: 2500 }, () => result({})));
  expect(text.match(/<testsuite name="apps\/web.yaml" tests="(\d+)"/g)).toEqual(["1000", "1000", "500"].map((count) => `<testsuite name="apps/web.yaml" tests="${count}"`));
});

it("lets hostile text open no tag, end no attribute and close no section", () => {
  const text = report(junitReporter(), [hostileResult]);
  expect(text).not.toContain("<b>");
  expect(text).not.toContain("]]>");
  // With its quoted attributes taken out, every tag is one of JUnit's.
  const tags = [...text.replace(/="[^"]*"/g, "").matchAll(/<\/?([^\s/>?]*)/g)].map(([, name]) => name);
  expect(new Set(tags)).toEqual(new Set(["", "testsuites", "testsuite", "testcase", "failure", "error", "skipped"]));
});
