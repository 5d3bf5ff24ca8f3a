import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, expect, it } from "vitest";
import { auditDetections, auditEvent, execEvent, syscallDetections } from "../audit-log.ts";
import { portcullis, Sink, type World } from "./fake-io.ts";

const folder = mkdtempSync(join(tmpdir(), "portcullis-"));
afterAll(() => rmSync(folder, { recursive: true }));

const detections = [...auditDetections, ...syscallDetections];
const judge = (args: readonly string[], world: World = {}): ReturnType<typeof portcullis> => portcullis(["check", "--events", ...args], { detections, ...world });

/** Writes a file for one test and gives its path. */
function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const line = (event: unknown): string => `${JSON.stringify(event)}\n`;
const quiet = line(auditEvent());
const exec = line(execEvent());
const target = (spec: string): string => file("target.yaml", `apiVersion: portcullis.dev/v1\nkind: Target\nmetadata: { name: log }\nspec:\n  backend: falco\n  select: { controls: [exec-sessions, container-shells] }\n${spec}`);

it.each([
  ["0 where nothing is reported", quiet, [], 0],
  ["1 where something is", quiet + exec, [], 1],
  ["1 where it is as severe as --fail-on asks", exec, ["--fail-on", "medium"], 1],
  ["0 where all that is reported is less severe", exec, ["--fail-on", "high"], 0],
  ["2 where a line is no event, whatever else there is", `${exec}x\n`, [], 2],
  ["2 where there is no event at all", "\n", [], 2],
])("exits with %s", async (_, stdin, flags, code) => {
  expect((await judge(["-", ...flags], { stdin })).code).toBe(code);
});

it("shows people the line of an event, what it is, and the fields of the rule", async () => {
  const { out, err } = await judge(["-", "-c", "exec-sessions"], { stdin: `${quiet}\n${exec}${exec}` });
  expect(err).toBe("");
  expect(out).toBe(`
standard input

  line 3  2026-11-20T09:14:02Z  get pods/exec shop/web by alice@example.com
    medium    exec-sessions  A command was run in a container, or its terminal taken
              ka.user.name=alice@example.com  ka.target.subresource=exec  ka.target.namespace=shop  ka.target.name=web
              ka.uri.param[container]=web  ka.uri.param[command]=sh  ka.useragent=kubectl/v1.37.2  jevt.value[/sourceIPs/0]=203.0.113.7
      → Ask the account's owner what the session was for. If nobody knows of it, delete the Pod, revoke the account, and replace what the Pod's Secrets hold.

  line 4  2026-11-20T09:14:02Z  get pods/exec shop/web by alice@example.com
    medium    exec-sessions  A command was run in a container, or its terminal taken
              ka.user.name=alice@example.com  ka.target.subresource=exec  ka.target.namespace=shop  ka.target.name=web
              ka.uri.param[container]=web  ka.uri.param[command]=sh  ka.useragent=kubectl/v1.37.2  jevt.value[/sourceIPs/0]=203.0.113.7

✖ 2 violations (2 medium) in 2 of 3 events · 1 control
`);
});

it("writes one object in JSON", async () => {
  const { out } = await judge(["-", "-c", "exec-sessions", "--format", "json"], { stdin: quiet + exec });
  expect(JSON.parse(out)).toEqual({
    events: 2,
    controls: 1,
    violations: [
      {
        control: "exec-sessions",
        finding: "a",
        severity: "medium",
        message: "A command was run in a container, or its terminal taken",
        fields: { "ka.user.name": "alice@example.com", "ka.target.subresource": "exec", "ka.target.namespace": "shop", "ka.target.name": "web", "ka.uri.param[container]": "web", "ka.uri.param[command]": "sh", "ka.useragent": "kubectl/v1.37.2", "jevt.value[/sourceIPs/0]": "203.0.113.7" },
        file: "-",
        line: 2,
        column: 1,
        event: { auditID: "5f3a6c1e-0f4b-4ad8-9d0b-2c1b0b7f3a10", stage: "ResponseStarted", time: "2026-11-20T09:14:02.110211Z", user: "alice@example.com", verb: "get", resource: "pods/exec", namespace: "shop", name: "web" },
      },
    ],
    exempted: [],
    notEvaluated: [],
    errors: [],
  });
});

it.each(["sarif", "junit", "github", "markdown"])("tells the same in %s", async (format) => {
  const { code, out } = await judge(["-", "-c", "exec-sessions", "--format", format], { stdin: quiet + exec });
  expect(code).toBe(1);
  for (const part of ["get pods/exec shop/web by alice", "A command was run in a container", "ka.uri.param", "exec-sessions"]) expect(out.replaceAll("\\", "")).toContain(part);
});

it("reads several files, those that are gzip too, each with its own lines", async () => {
  const paths = [file("audit.log", quiet + exec), file("audit-1.log.gz", gzipSync(exec + quiet)), file("audit-2.log", "")];
  const { code, out } = await judge([...paths, "-f", "json"]);
  expect(code).toBe(1);
  expect(JSON.parse(out)).toMatchObject({ events: 4, violations: [{ file: paths[0], line: 2 }, { file: paths[1], line: 1 }] });
});

it("tells of a folder and of a file that is cut off, and judges the rest", async () => {
  mkdirSync(join(folder, "logs"));
  const packed = gzipSync(exec.repeat(100));
  const { code, out } = await judge([join(folder, "logs"), file("cut.gz", packed.subarray(0, packed.length - 8)), file("whole.log", exec), "-c", "exec-sessions", "-f", "json"]);
  const { errors, violations } = JSON.parse(out) as { readonly errors: readonly { readonly message: string }[]; readonly violations: readonly { readonly file: string }[] };
  expect(code).toBe(2);
  expect(errors.map(({ message }) => message)).toEqual(["This is a folder. Name the files in it.", expect.stringContaining("The gzip data is damaged or cut off here")]);
  expect(violations.at(-1)?.file).toBe(join(folder, "whole.log"));
});

it("runs what profiles and controls name of what watches the audit log", async () => {
  const controls = async (...flags: string[]): Promise<unknown> => (JSON.parse((await judge(["-", "-f", "json", ...flags], { stdin: quiet })).out) as { controls: number }).controls;
  expect(await controls()).toBe(auditDetections.length);
  expect(await controls("-c", "exec-sessions,secret-reads")).toBe(2);
  expect(await controls("-p", "seed")).toBe(auditDetections.length);
});

it("takes controls, parameters and exemptions from the target of an engine that watches events", async () => {
  const allowing = target("  parameters: { exec-sessions: { allowedUsers: [alice@example.com] } }\n");
  expect((await judge(["-", "-t", allowing], { stdin: exec })).out).toBe("\n✔ no violations in 1 event · 1 control\n");
  const exempting = target("  exemptions:\n    - { controls: [exec-sessions], namespaces: [shop], reason: on call, ticket: OPS-7 }\n");
  const { code, out } = await judge(["-", "-t", exempting], { stdin: exec });
  expect([code, out]).toEqual([0, "\n  exempted  exec-sessions, 1 violation: on call (OPS-7)\n\n✔ no violations in 1 event · 1 control · 1 exempted by the target\n"]);
  expect(JSON.parse((await judge(["-", "-t", exempting, "-f", "json"], { stdin: exec + exec })).out)).toMatchObject({ violations: [], exempted: [{ control: "exec-sessions", events: 2, exemption: { reason: "on call", namespaces: ["shop"] } }] });
});

it("says for how many events a control lacked the body, and does not count them as passed", async () => {
  const write = line(auditEvent({ verb: "create", requestURI: "/apis/rbac.authorization.k8s.io/v1/clusterroles", objectRef: { resource: "clusterroles", name: "all", apiGroup: "rbac.authorization.k8s.io" }, responseStatus: { code: 201 } }));
  const { code, out } = await judge(["-", "-c", "wildcard-role-writes"], { stdin: write + write });
  expect(code).toBe(0);
  expect(out).toContain("not evaluated  wildcard-role-writes for 2 events: It needs the body of the request");
  for (const format of ["junit", "github", "markdown", "sarif", "json"]) expect((await judge(["-", "-c", "wildcard-role-writes", "-f", format], { stdin: write + write })).out).toMatch(/2 events|"events":2/);
});

it.each([
  [["-", "--engine", "plain"], "--engine is for manifests, and --events judges audit logs: leave one of them out."],
  [["-", "--kubernetes", "1.37"], "--kubernetes is for manifests"],
  [["-", "--namespace", "shop"], "--namespace is for manifests"],
  [["-", "-c", "exec-session"], 'There is no control "exec-session". Did you mean "exec-sessions"?'],
  [["-", "-c", "container-shells"], '"container-shells" watches system calls, which no audit log holds.'],
  [["-", "-c", "host-namespaces"], 'There is no control "host-namespaces".'],
  [["-", "-p", "pss-baseline"], "This selects no control, so nothing would be checked."],
  [["-", "-t", "targets/opa.yaml"], "The backend opa judges objects: give a target whose backend watches events, such as falco."],
  [["no-such.log"], "There is no file or folder no-such.log."],
])("refuses %j with a sentence and exit code 2", async (args, sentence) => {
  const { code, out, err } = await judge(args, { stdin: quiet });
  expect(err).toContain(sentence);
  expect([code, out]).toEqual([2, ""]);
});

it("says of a target for events that manifests are not judged by it", async () => {
  const { err } = await portcullis(["check", "-", "-t", "targets/falco.yaml"], { stdin: "" });
  expect(err).toContain("judge an audit log with check --events");
});

it("tells how fast it was once it has taken a second, on standard error", async () => {
  const slow = await judge(["-"], { stdin: quiet.repeat(3), tick: 1500 });
  expect(slow.err).toMatch(/^3 events in \d+\.\d s: \d+ a second\n$/);
  expect((await judge(["-"], { stdin: quiet, tick: 1 })).err).toBe("");
});

it("stops quietly when the reader of its output leaves", async () => {
  class Closing extends Sink {
    override _write(_chunk: Buffer, _encoding: string, done: (error?: Error) => void): void {
      done(Object.assign(new Error("write EPIPE"), { code: "EPIPE" }));
    }
  }
  const { code, err } = await judge(["-"], { stdin: exec.repeat(5000), stdout: new Closing() });
  expect([code, err]).toEqual([1, ""]);
});

it("runs the package's own detections where nobody else's are", async () => {
  const { code, out } = await portcullis(["check", "--events", "-", "-f", "json"], { stdin: exec, cwd: folder });
  expect(code).toBe(1);
  expect(JSON.parse(out)).toMatchObject({ controls: auditDetections.length, violations: [{ control: "exec-sessions" }] });
}, 60_000);

it("runs the detections in policies/ here, and none that does not compile", async () => {
  const here = join(folder, "here");
  const detection = (condition: string): string => `import { auditLog, defineDetection } from "portcullis";\n\nexport default defineDetection({\n  title: "Somebody came", description: "It shows.", severity: "low", frameworks: {}, source: auditLog(),\n  when: ({ event }) => ${condition},\n  fields: ["ka.verb"], response: "Look.", fires: [], quiet: [],\n});\n`;
  mkdirSync(join(here, "policies/own"), { recursive: true });
  const path = join(here, "policies/own/visits.ts");
  writeFileSync(path, detection('event["ka.verb"] === "get"'));
  const { out } = await portcullis(["check", "--events", "-", "-f", "json"], { stdin: quiet, cwd: here });
  expect(JSON.parse(out)).toMatchObject({ controls: 1, violations: [{ control: "visits", fields: { "ka.verb": "get" } }] });
  writeFileSync(path, detection("Math.random() < 2"));
  const refused = await portcullis(["check", "--events", "-"], { stdin: quiet, cwd: here });
  expect([refused.code, refused.out]).toEqual([2, ""]);
  expect(refused.err).toContain("The detections do not compile, so nothing was judged.");
}, 60_000);
