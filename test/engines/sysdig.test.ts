import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { describeControls } from "../../src/backends/opa/describe-controls.ts";
import { buildTarget } from "../../src/bundle/build-target.ts";
import { describeDetections } from "../../src/bundle/detections.ts";
import { readTarget } from "../../src/bundle/target-file.ts";
import { settingsOf } from "../../src/bundle/target-settings.ts";
import { compile } from "../../src/compile.ts";
import { detect } from "../../src/plain/detect.ts";
import { loadRules, type LoadedRule } from "../falco/engine.ts";
import { keptCases } from "../kept-cases.ts";
import { randomNumbers } from "../object-mutations.ts";
import { capture, type Container, type Start } from "./sysdig/capture.ts";
import { fieldsIn, filterText } from "./sysdig/filter.ts";

type Event = Readonly<Record<string, unknown>>;

const root = fileURLToPath(new URL("../..", import.meta.url));
const { controls, detections, sourceOf } = compile(root, join(root, "policies"));
const result = await readTarget(join(root, "targets/falco.yaml"), { ...describeControls(controls), detections: describeDetections(detections) });
if ("errors" in result) throw new Error(JSON.stringify(result.errors));
const settings = settingsOf(result.target, controls, detections);
const rules = loadRules((await buildTarget(result.target, controls, "auto", sourceOf, keptCases, detections)).files);

/** What the capture gives an event: execve's exit says nothing of the process's id in its container, and this sysdig lacks some fields. */
const given = ["evt.type", "evt.res", "evt.rawres", "proc.name", "proc.cmdline", "proc.exepath", "proc.pname", "proc.aname", "proc.tty", "container.id", "container.name", "container.privileged", "container.image.repository", "container.image.tag", "user.uid"];
const isGiven = (field: string): boolean => given.includes(field);

const containers: readonly Container[] = [
  { id: `3ad7b26ded6d${"0".repeat(52)}`, name: "web", repository: "registry.example.com/shop/web", tag: "1.4.2", privileged: false },
  { id: `c27e51d08f36${"0".repeat(52)}`, name: "cilium-agent", repository: "quay.io/cilium/cilium", tag: "1.18.4", privileged: true },
];

/** A start as the fields that rules read of it. */
interface Told {
  readonly start: Start;
  readonly parent: string;
  readonly event: Event;
}

/** Starts of the programs, by the parents, that the detections' own events name, in a container or on the node, with a terminal or without. */
function starts(): readonly Told[] {
  const random = randomNumbers(Number(process.env["PORTCULLIS_SEED"] ?? 5));
  const pick = <Value>(values: readonly Value[]): Value => values[Math.floor(random() * values.length)] as Value;
  const events = detections.flatMap(({ detection }) => detection.cases.map(({ event }): Event => event)).filter((event) => event["evt.type"] === "execve" && typeof event["proc.cmdline"] === "string" && typeof event["proc.name"] === "string");
  const parents = [...new Set(events.flatMap((event) => event["proc.pname"] ?? []))].map(String);
  return Array.from({ length: 600 }, (_, index): Told => {
    const own = pick(events);
    const name = String(own["proc.name"]);
    // The command line begins with the program as it was called.
    const given = String(own["proc.cmdline"]).split(" ").slice(1);
    const parent = random() < 0.5 && own["proc.pname"] !== undefined ? String(own["proc.pname"]) : pick(parents);
    const container = random() < 0.2 ? undefined : pick(containers);
    const terminal = random() < 0.4 ? 34816 : 0;
    const user = pick([0, 33]);
    const path = `/usr/bin/${name}`;
    const start: Start = { pid: 2000 + index, parent: 10_000 + index, name, path, arguments: given, ...(container === undefined ? {} : { container: container.id }), terminal, user };
    const event: Event = {
      "evt.type": "execve", "evt.res": "SUCCESS", "evt.rawres": 0, "proc.name": name.slice(0, 15), "proc.cmdline": [name, ...given].join(" "), "proc.exepath": path, "proc.pname": parent.slice(0, 15), "proc.aname": [parent.slice(0, 15)], "proc.tty": terminal, "user.uid": user,
      ...(container === undefined ? { "container.id": "host" } : { "container.id": container.id.slice(0, 12), "container.name": container.name, "container.privileged": container.privileged, "container.image.repository": container.repository, "container.image.tag": container.tag }),
    };
    return { start, parent, event };
  });
}

const missing = spawnSync("sysdig", ["--version"]).status === 0 ? undefined : "there is no sysdig on the PATH; Debian has a package";

const findingOf = ({ tags }: LoadedRule): string | undefined => tags.find((tag) => tag.startsWith("finding:"))?.slice("finding:".length);

it(`reports by the expanded conditions, as the filter engine of Falco's libraries reads them, the starts of programs that the plain run reports${missing === undefined ? "" : ` (left out: ${missing})`}`, ({ skip }) => {
  skip(missing !== undefined, missing);
  const told = starts();
  const folder = mkdtempSync(join(tmpdir(), "portcullis-sysdig-"));
  const file = join(folder, "starts.scap");
  const ask = (filter: string): { readonly pids: ReadonlySet<number>; readonly said: string } => {
    const { status, stderr, stdout } = spawnSync("sysdig", ["-r", file, "-p", "%thread.tid", filter], { encoding: "utf8", maxBuffer: 1 << 26 });
    return { pids: new Set(stdout.split("\n").filter((line) => line !== "").map(Number)), said: status === 0 ? "" : `${stdout}${stderr}` };
  };
  try {
    const before = told.map(({ parent, start }): Start => ({ ...start, pid: start.parent, parent: 1, name: parent, path: `/usr/bin/${parent}`, arguments: [], terminal: 0 }));
    writeFileSync(file, capture(containers, [...before, ...told.map(({ start }) => start)]));
    // A filter engine that takes anything proves nothing.
    expect(ask("proc.nosuch = x").said).not.toBe("");
    expect(ask('proc.name = "sh" and container.id != host').pids.size).toBeGreaterThan(0);

    const reports = { fired: 0, silent: 0, rules: 0 };
    for (const { detection, id } of detections.filter(({ detection: { source } }) => source === "syscall")) {
      for (const rule of rules.filter(({ tags }) => tags.includes(`control:${id}`))) {
        if (!fieldsIn(rule.condition).every(isGiven) || !filterText(rule.condition).includes('"execve"')) continue;
        const { pids, said } = ask(filterText(rule.condition));
        expect({ rule: rule.name, said }).toEqual({ rule: rule.name, said: "" });
        reports.rules += 1;
        for (const { event, start } of told) {
          const plain = detect(detection, id, { event, parameters: settings.parameters[id] ?? {} }).some(({ finding }) => finding === findingOf(rule));
          expect({ rule: rule.name, event, fires: pids.has(start.pid) }).toEqual({ rule: rule.name, event, fires: plain });
          reports[plain ? "fired" : "silent"] += 1;
        }
      }
    }
    expect(reports.rules).toBeGreaterThan(4);
    expect(reports.fired).toBeGreaterThan(50);
    expect(reports.silent).toBeGreaterThan(50);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
