import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { pod, portcullis, Sink } from "./fake-io.ts";

const folder = mkdtempSync(join(tmpdir(), "portcullis-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Writes a file for one test and gives its path. */
function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const clean = pod();
const critical = pod("  hostPID: true\n");

it.each([
  ["0 where nothing is wrong", clean, [], 0],
  ["1 where there is a violation", critical, [], 1],
  ["1 where a violation is as severe as --fail-on asks", critical, ["--fail-on", "critical"], 1],
  ["0 where all violations are less severe", pod("  volumes: [{ name: x, hostPath: { path: / } }]\n"), ["--fail-on", "critical"], 0],
  ["2 where a document does not fit its schema, whatever else there is", `${critical}  hostPDI: true\n`, [], 2],
  ["2 where a document cannot be read", `a: [\n---\n${clean}`, [], 2],
  ["2 where there is no document at all", "", [], 2],
])("exits with %s", async (_, stdin, flags, code) => {
  expect((await portcullis(["check", "-", ...flags], { stdin })).code).toBe(code);
});

it("writes one object in JSON, also for standard input", async () => {
  const { out } = await portcullis(["check", "-", "--format", "json", "--control", "host-namespaces"], { stdin: critical });
  expect(JSON.parse(out)).toEqual({
    documents: 1,
    controls: 1,
    violations: [{ control: "host-namespaces", finding: "a", severity: "critical", message: "the pod sets hostPID", path: "spec.hostPID", file: "-", line: 6, column: 3, object: { apiVersion: "v1", kind: "Pod", name: "web" } }],
    exempted: [],
    notEvaluated: [],
    errors: [],
  });
});

it("says why it found nothing to check, in the report", async () => {
  const { out } = await portcullis(["check", "-", "--format", "json"], { stdin: "# nothing\n" });
  expect((JSON.parse(out) as { errors: { message: string }[] }).errors[0]?.message).toBe("No Kubernetes object was found, so nothing was checked.");
});

it("reads files and folders, and runs what the profile names", async () => {
  file("a.yaml", critical);
  const { code, out } = await portcullis(["check", folder, "--profile", "seed", "-f", "json"]);
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ controls: 1, violations: [] });
});

it("joins names given once with commas and names given again", async () => {
  const { out } = await portcullis(["check", "-", "-c", "broken,host-probes", "-c", "image-names", "-f", "json"], { stdin: clean });
  expect(JSON.parse(out)).toMatchObject({ controls: 3 });
});

it("judges for the Kubernetes that is asked for, else for the target's, else for the newest", async () => {
  const stdin = "apiVersion: v1\nkind: Pod\nspec: { containers: [{ name: a, image: x, livenessProbe: { httpGet: { host: h, port: 1 } } }] }\n";
  const target = file("target.yaml", 'apiVersion: portcullis.dev/v1\nkind: Target\nmetadata: { name: ci }\nspec: { backend: opa, kubernetesVersion: "1.33", select: { controls: [host-probes] } }\n');
  const count = async (...flags: string[]): Promise<number> => (JSON.parse((await portcullis(["check", "-", "-f", "json", ...flags], { stdin })).out) as { violations: unknown[] }).violations.length;
  expect(await count("-c", "host-probes")).toBe(1);
  expect(await count("-c", "host-probes", "--kubernetes", "1.33")).toBe(0);
  expect(await count("--target", target)).toBe(0);
  expect(await count("--target", target, "--kubernetes", "v1.34")).toBe(1);
});

it("takes parameters from a target, also where the flags choose the controls", async () => {
  const target = file("parameters.yaml", "apiVersion: portcullis.dev/v1\nkind: Target\nmetadata: { name: ci }\nspec:\n  backend: opa\n  select: { profiles: [all] }\n  parameters: { allowed-registries: { registries: [quay.io/] } }\n");
  const { out } = await portcullis(["check", "-", "--target", target, "-c", "allowed-registries", "-f", "json"], { stdin: clean });
  expect(JSON.parse(out)).toMatchObject({ controls: 1, violations: [{ message: "image registry.k8s.io/web comes from a registry that is not allowed" }] });
});

/** A target that exempts host-namespaces in kube-system until a day. */
const exempting = (expires: string): string => file("exempting.yaml", `apiVersion: portcullis.dev/v1\nkind: Target\nmetadata: { name: ci }\nspec:\n  backend: kubernetes\n  stage: enforce\n  select: { controls: [host-namespaces] }\n  exemptions:\n    - { controls: [host-namespaces], namespaces: [kube-system], reason: node agents, expires: ${expires} }\n`);

it("counts no violation that the target exempts, whatever its backend, and says why it does not", async () => {
  const target = exempting("2027-03-31");
  const stdin = critical.replace("name: web }", "name: web, namespace: kube-system }");
  expect(await portcullis(["check", "-", "--target", target], { stdin })).toEqual({ code: 0, err: "", out: "\n  exempted  host-namespaces, 1 violation: node agents (until 2027-03-31)\n\n✔ no violations in 1 document · 1 control · 1 exempted by the target\n" });
  expect((await portcullis(["check", "-", "--target", target, "--format", "sarif"], { stdin })).out).toContain('"suppressions":[{"kind":"external"');
});

it("takes an object that names no namespace for exempt only where --namespace says that it goes there", async () => {
  const target = exempting("2027-03-31");
  expect((await portcullis(["check", "-", "--target", target], { stdin: critical })).code).toBe(1);
  expect((await portcullis(["check", "-", "--target", target, "--namespace", "kube-system"], { stdin: critical })).code).toBe(0);
  expect((await portcullis(["check", "-", "--target", target, "--namespace", "shop"], { stdin: critical })).code).toBe(1);
});

it("judges nothing with a target whose exemption has expired", async () => {
  const target = exempting("2026-11-24");
  const { code, out, err } = await portcullis(["check", "-", "--target", target], { stdin: clean });
  expect([code, out]).toEqual([2, ""]);
  expect(err).toBe(`error: ${target}:9:95: The exemption of host-namespaces in kube-system expired: 2026-11-24 was its last day, yesterday. Renew it with a later date, or remove it.\n`);
  expect((await portcullis(["check", "-", "--target", target], { stdin: clean, date: "2026-11-24T23:59:59Z" })).code).toBe(0);
  // What is built again as it was is one thing, what holds today another.
  expect((await portcullis(["check", "-", "--target", target], { stdin: clean, env: { SOURCE_DATE_EPOCH: "0" } })).code).toBe(2);
});

it("judges nothing with a faulty target, and says where the fault is", async () => {
  const target = file("bad.yaml", "apiVersion: portcullis.dev/v1\nkind: Target\nmetadata: { name: ci }\nspec: { backend: opa, stage: audit }\n");
  const { code, out, err } = await portcullis(["check", "-", "--target", target], { stdin: clean });
  expect([code, out]).toEqual([2, ""]);
  expect(err).toBe(`error: ${target}:4:23: spec.stage says how far admission goes, and the backend opa only reports: remove it, or give check the target of an admission backend, whose violations all count.\n`);
});

it.each([
  [["chek", "."], "unknown command 'chek'\n(Did you mean check?)"],
  [["check"], "missing required argument 'path'"],
  [["check", "--frmat", "json", "."], "unknown option '--frmat'\n(Did you mean --format?)"],
  [["check", "-", "--format", "yaml"], "Allowed choices are text, json, sarif, junit, github, markdown."],
  [["check", "-", "--fail-on", "worst"], "Allowed choices are info, low, medium, high, critical."],
  [["check", "-", "--namespace", "Kube_System"], "A namespace's name holds lower-case letters, digits and dashes inside."],
  [["check", "-", "--kubernetes", "37"], "Write it like 1.37."],
  [["check", "-", "--kubernetes", "1.99"], "Kubernetes 1.99 is not known: the controls judge for 1.25 to 1.37."],
  [["check", "-", "--profile", "pss-baselin"], 'There is no profile "pss-baselin". Did you mean "pss-baseline"?'],
  [["check", "-", "--control", "privileged-container,x"], 'There is no control "privileged-container". Did you mean "privileged-containers"?\nerror: There is no control "x".'],
  [["check", "-", "--profile", "a,,b"], "Names are joined by commas: a,b."],
  [["check", "package.jsn"], 'There is no file or folder package.jsn. Did you mean "package.json"?'],
  [["check", "-", "--output", "no/such/folder/x"], "The report cannot be written to no/such/folder/x: ENOENT"],
  [["check", "-", "--target", "no-such-target"], "There is no such file or folder."],
])("refuses %j with a sentence and exit code 2", async (args, sentence) => {
  const { code, out, err } = await portcullis(args, { stdin: clean });
  expect(err).toContain(sentence);
  expect([code, out]).toEqual([2, ""]);
});

it("says what to do where the compiled policy is missing", async () => {
  const { code, err } = await portcullis(["check", "-"], { stdin: clean, bundle: join(folder, "nowhere") });
  expect(code).toBe(2);
  expect(err).toContain("Write it with: portcullis build");
});

it("writes the report to a file", async () => {
  const report = join(folder, "report.sarif");
  const { code, out } = await portcullis(["check", "-", "--format", "sarif", "--output", report], { stdin: critical });
  expect([code, out]).toEqual([1, ""]);
  expect(JSON.parse(readFileSync(report, "utf8"))).toMatchObject({ version: "2.1.0" });
});

it("writes no file where the command line is wrong", async () => {
  const report = join(folder, "never.json");
  await portcullis(["check", "-", "--profile", "none", "--output", report], { stdin: clean });
  expect(existsSync(report)).toBe(false);
});

it.each([
  ["colours on a terminal", true, {}, true],
  ["no colours where NO_COLOR is set", true, { NO_COLOR: "1" }, false],
  ["no colours on a dumb terminal", true, { TERM: "dumb" }, false],
  ["no colours in a pipe", false, {}, false],
])("uses %s", async (_, isTTY, env, colored) => {
  const stdout = Object.assign(new Sink(), { isTTY });
  const { out } = await portcullis(["check", "-"], { stdin: critical, stdout, env });
  expect(out.includes("\u001b[")).toBe(colored);
});

it("shows progress on a terminal once the work has taken a second, and takes it away", async () => {
  const stdin = `${clean}---\n`.repeat(300);
  const onTerminal = (): Sink => Object.assign(new Sink(), { isTTY: true });
  const slow = await portcullis(["check", "-"], { stdin, stderr: onTerminal(), tick: 600 });
  expect(slow.err).toContain("documents in");
  expect(slow.err.endsWith("\r\u001b[K")).toBe(true);
  expect((await portcullis(["check", "-"], { stdin, stderr: onTerminal(), tick: 1 })).err).toBe("");
  expect((await portcullis(["check", "-"], { stdin, tick: 600 })).err).toBe("");
});

it("stops quietly when the reader of its output leaves", async () => {
  class Closing extends Sink {
    override _write(chunk: Buffer, _encoding: string, done: (error?: Error) => void): void {
      if (this.text === "") super._write(chunk, _encoding, done);
      else done(Object.assign(new Error("write EPIPE"), { code: "EPIPE" }));
    }
  }
  const { code, err } = await portcullis(["check", "-"], { stdin: `${critical}---\n`.repeat(2000), stdout: new Closing() });
  expect([code, err]).toEqual([1, ""]);
});

it("tells when the report cannot be written", async () => {
  class Full extends Sink {
    override _write(_chunk: Buffer, _encoding: string, done: (error?: Error) => void): void {
      done(Object.assign(new Error("no space left"), { code: "ENOSPC" }));
    }
  }
  const { code, err } = await portcullis(["check", "-"], { stdin: critical, stdout: new Full() });
  expect([code, err]).toEqual([2, "error: The report cannot be written: no space left\n"]);
});
