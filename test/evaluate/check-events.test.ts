import fc from "fast-check";
import { expect, it } from "vitest";
import { LogReader } from "../../src/documents/log/log-reader.ts";
import { EventChecker, type EventCheckOptions } from "../../src/evaluate/check-events.ts";
import { EventRules } from "../../src/evaluate/event-rules.ts";
import type { CheckResult } from "../../src/evaluate/result.ts";
import { detect } from "../../src/plain/detect.ts";
import { auditDetections, auditEvent, execEvent } from "../audit-log.ts";
import { mutated } from "../engines/k8saudit/event-mutations.ts";
import { randomNumbers } from "../object-mutations.ts";

const named = (...ids: readonly string[]): EventCheckOptions["detections"] => auditDetections.filter(({ id }) => ids.includes(id));
const own = auditDetections.flatMap(({ detection }) => detection.cases.map(({ event }) => event));

/** What there is to tell of some lines, the file's end last. */
function check(lines: readonly unknown[], options: Partial<EventCheckOptions> = {}): { readonly results: readonly CheckResult[]; readonly summary: ReturnType<EventChecker["summary"]> } {
  const checker = new EventChecker({ detections: auditDetections, ...options });
  checker.startFile("audit.log");
  const reader = new LogReader("audit.log");
  const text = lines.map((line) => `${typeof line === "string" ? line : JSON.stringify(line)}\n`).join("");
  const results = [...reader.push(Buffer.from(text)), ...reader.end()].flatMap((item) => checker.check(item));
  return { results: [...results, checker.endFile()], summary: checker.summary() };
}

const told = ({ results }: ReturnType<typeof check>): string[] => results.flatMap(({ findings }) => findings.map(({ control, finding = "", line }) => `${line} ${control} ${finding}`.trim()));
const errors = ({ results }: ReturnType<typeof check>): string[] => results.flatMap((result) => result.errors.map(({ line, column, message }) => `${line}:${column} ${message}`));

it("reports of every event what the plain run of each detection reports, in whatever order they come", () => {
  const random = randomNumbers(5);
  const events = [...own, ...own.flatMap((event) => Array.from({ length: 10 }, () => mutated(event, random) as Record<string, unknown>))].filter((event) => typeof event["auditID"] === "string");
  const shuffled = events.map((event) => ({ event, at: random() })).sort((left, right) => left.at - right.at);
  const rules = new EventRules(auditDetections);
  let alerts = 0;
  for (const { event } of shuffled) {
    const plain = auditDetections.flatMap(({ detection, id }) => detect(detection, id, { event }));
    expect(rules.judge(event).alerts, JSON.stringify(event)).toEqual(plain);
    alerts += plain.length;
  }
  expect(alerts).toBeGreaterThan(1000);
});

it("says the same of an event whatever came before it", () => {
  const lines = own.map((event) => ({ ...event, auditID: "a" }));
  const alone = lines.map((event) => JSON.stringify(new EventRules(auditDetections).judge(event)));
  fc.assert(
    fc.property(fc.array(fc.nat({ max: lines.length - 1 }), { minLength: 1, maxLength: 60 }), (order) => {
      const rules = new EventRules(auditDetections);
      expect(order.map((index) => JSON.stringify(rules.judge(lines[index] ?? {})))).toEqual(order.map((index) => alone[index]));
    }),
    { numRuns: 60, seed: 3 },
  );
});

it("tells of an event its line, what it is, and the fields of the rule", () => {
  const { results, summary } = check([auditEvent(), execEvent()], { detections: named("exec-sessions") });
  expect(results).toEqual([
    expect.objectContaining({
      file: "audit.log",
      event: { auditID: "5f3a6c1e-0f4b-4ad8-9d0b-2c1b0b7f3a10", stage: "ResponseStarted", time: "2026-11-20T09:14:02.110211Z", user: "alice@example.com", verb: "get", resource: "pods/exec", namespace: "shop", name: "web" },
      findings: [expect.objectContaining({ control: "exec-sessions", finding: "a", severity: "medium", line: 2, column: 1, message: "A command was run in a container, or its terminal taken", fields: expect.objectContaining({ "ka.user.name": "alice@example.com", "ka.uri.param[command]": "sh" }) as unknown })],
    }),
    expect.objectContaining({ events: 2, notEvaluated: [] }),
  ]);
  expect(summary).toMatchObject({ documents: 2, controls: 1, errors: 0, findings: { medium: 1, high: 0 } });
});

it("judges lists of events, each at its own place", () => {
  const list = { kind: "EventList", apiVersion: "audit.k8s.io/v1", items: [auditEvent(), execEvent()] };
  const run = check([list, [execEvent()], JSON.stringify(list, undefined, 2)], { detections: named("exec-sessions") });
  expect(told(run)).toEqual(["1 exec-sessions a", "2 exec-sessions a", expect.stringMatching(/^\d+ exec-sessions a$/)]);
  expect(run.results[0]?.findings[0]?.column).toBeGreaterThan(500);
  expect(run.results[2]?.findings[0]?.line).toBeGreaterThan(30);
  expect(run.summary.documents).toBe(5);
});

it("takes parameters and exemptions as a target gives them, and counts what is exempt", () => {
  const detections = named("exec-sessions");
  expect(told(check([execEvent()], { detections, parameters: { "exec-sessions": { allowedUsers: ["alice@example.com"] } } }))).toEqual([]);
  const exemption = { controls: ["exec-sessions"], namespaces: ["sh*"], reason: "on call" };
  const run = check([execEvent(), execEvent({ objectRef: { resource: "pods", subresource: "exec" } })], { detections, exemptions: [exemption] });
  expect([told(run), run.summary.exempted, run.results[0]?.exempted[0]?.exemption]).toEqual([["2 exec-sessions a"], 1, exemption]);
});

it("counts a control as not evaluated for events whose body it needs and the log lacks", () => {
  const roles = (parts: object): object => auditEvent({ verb: "create", requestURI: "/apis/rbac.authorization.k8s.io/v1/clusterroles", objectRef: { resource: "clusterroles", name: "all", apiGroup: "rbac.authorization.k8s.io", apiVersion: "v1" }, responseStatus: { code: 201 }, ...parts });
  const wildcards = { rules: [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }] };
  const events = [roles({}), roles({}), roles({ level: "Request", requestObject: wildcards }), roles({ level: "Request", requestObject: { rules: [] } }), roles({ responseStatus: { code: 403 } }), auditEvent()];
  const run = check(events, { detections: named("wildcard-role-writes") });
  expect(told(run)).toEqual(["3 wildcard-role-writes"]);
  expect(run.results.at(-1)?.notEvaluated).toEqual([{ control: "wildcard-role-writes", file: "audit.log", events: 2, reason: expect.stringContaining("It needs the body of the request") as string }]);
  expect(run.summary.notEvaluated).toBe(1);
});

it("takes no exempt event for one that it could not evaluate", () => {
  const event = auditEvent({ verb: "create", objectRef: { resource: "roles", namespace: "shop", name: "all", apiGroup: "rbac.authorization.k8s.io" }, responseStatus: { code: 201 } });
  const exemptions = [{ controls: ["wildcard-role-writes"], namespaces: ["shop"], reason: "a sandbox" }];
  expect(check([event], { detections: named("wildcard-role-writes"), exemptions }).results.at(-1)?.notEvaluated).toEqual([]);
});

it.each([
  ["no object", 7, "This is no object, so it is no audit event."],
  ["no audit id", auditEvent({ auditID: undefined }), "This event has no auditID, which every audit event has."],
  ["an unknown stage", auditEvent({ stage: "Completed" }), 'This event\'s stage is "Completed", and an audit event\'s is one of RequestReceived, ResponseStarted, ResponseComplete, Panic.'],
  ["an alert of Falco", { rule: "x", priority: "Error", output_fields: {} }, "This is an alert of Falco, not an audit event."],
  ["a system call", { "evt.type": "execve", "proc.name": "sh" }, "This is a system call, not an audit event."],
  ["an Event of the API", { kind: "Event", apiVersion: "v1", reason: "Scheduled" }, "This is an Event object of the API, not an event of the audit log."],
  ["a manifest", { kind: "Pod", apiVersion: "v1" }, "This is a Pod of v1, not an audit event."],
  ["an event inside another record", { time: 1, message: JSON.stringify(auditEvent()) }, 'This is no audit event, but its field "message" holds one.'],
  ["something else", { level: "info", msg: "started" }, "This object is no audit event: it has no kind Event of audit.k8s.io."],
])("tells of %s at its place, and judges the rest", (_, line, message) => {
  const run = check([execEvent(), line, execEvent()], { detections: named("exec-sessions") });
  expect(errors(run)).toEqual([`2:1 ${message}`]);
  expect(told(run)).toEqual(["1 exec-sessions a", "3 exec-sessions a"]);
  expect(run.summary).toMatchObject({ documents: 2, errors: 1 });
});

it("tells of a hundred faults of a file one by one, and counts the others", () => {
  const run = check([...Array.from({ length: 150 }, () => "{}"), execEvent()]);
  expect(errors(run)).toHaveLength(101);
  expect(errors(run).at(-1)).toBe("150:1 50 more of this file could not be read or judged; the last one stands here.");
  expect(run.summary.errors).toBe(150);
  expect(told(run)).toEqual(["151 exec-sessions a"]);
});

it("tells of an event that is nested too deeply to be judged", () => {
  const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
  const event = JSON.stringify(auditEvent({ verb: "patch", objectRef: { resource: "clusterroles", name: "a" }, level: "Request", requestObject: 0 })).replace('"requestObject":0', `"requestObject":${deep}`);
  const run = check([event, execEvent()]);
  expect(errors(run)).toEqual(["1:1 This event could not be judged: it is too large or nested too deeply."]);
  expect(told(run)).toEqual(["2 exec-sessions a"]);
});
