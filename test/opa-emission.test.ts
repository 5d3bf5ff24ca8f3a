import { expect, it } from "vitest";
import type { CompiledControl } from "../src/backends/backend.ts";
import { describeControls } from "../src/backends/opa/describe-controls.ts";
import { emitRego } from "../src/backends/opa/emit-rego.ts";
import { absence, assignment, difference, finishBody, isImpossible, line, presence, walkLine } from "../src/backends/opa/lines.ts";
import { freeName, snakeCase } from "../src/backends/opa/names.ts";
import { dataText, memberText, rawText, stringText } from "../src/backends/opa/rego-text.ts";
import { runPasses } from "../src/passes/index.ts";
import { loweredControls } from "./lowered-controls.ts";

const controls = loweredControls("test/fixtures/rego").map(({ id, control, check }): CompiledControl => ({ id, domain: "language", source: `policies/language/${id}.ts`, control, check: runPasses(check) }));

const named = (id: string): CompiledControl => {
  const found = controls.find((control) => control.id === id);
  if (found === undefined) throw new Error(`no fixture ${id}`);
  return found;
};

it("gives a policy without controls, which finds nothing", () => {
  const { files } = emitRego([]);
  expect(files.map(({ path }) => path)).toEqual(["rego/lib.rego", "rego/portcullis.rego"]);
  expect(files.at(-1)?.text).toContain("violations := set()");
});

it("emits the same text whatever the order in which controls are given", () => {
  expect(emitRego(controls.toReversed())).toEqual(emitRego(controls));
});

it("writes library rules that something refers to, and no others", () => {
  const library = (ids: readonly string[]): string => emitRego(ids.map(named)).files.find(({ path }) => path === "rego/lib.rego")?.text ?? "";
  expect(library(["maps"])).toContain("key_segment(key)");
  expect(library(["maps"])).not.toContain("lower_ascii");
  expect(library(["texts"])).toContain("lower_ascii(value)");
  expect(library(["texts"])).toContain("all_containers[at]");
});

it("describes controls in the order of their ids, with what a runner needs to know of them", () => {
  const { controls: described, ...rest } = describeControls(controls);
  expect(rest).toEqual({ entrypoint: "portcullis/violations", kubernetes: { oldest: 25, newest: 37 } });
  expect(described.map(({ id }) => id)).toEqual(controls.map(({ id }) => id).sort());
  const history = described.find(({ id }) => id === "history");
  expect(history?.capabilities.toSorted()).toEqual(["namespace", "oldObject", "operation", "user"]);
  const settings = described.find(({ id }) => id === "settings");
  expect(settings?.parameters["limit"]).toEqual({ description: "Limit.", default: 1, schema: { type: "integer" } });
  expect(settings?.match.kinds).toContainEqual({ apiVersion: "batch/v1", kind: "CronJob" });
});

it("names rules in snake case, beside Rego's own words and what is taken", () => {
  expect(["maxAgeDays", "run-as-non-root", "isHTTPServer", "2fast", "UID"].map(snakeCase)).toEqual(["max_age_days", "run_as_non_root", "is_http_server", "x_2fast", "uid"]);
  expect(["object", "count", "some", "input", "lib"].map((name) => freeName(name, () => false))).toEqual(["the_object", "the_count", "the_some", "the_input", "the_lib"]);
  expect(freeName("item", (name) => name === "item" || name === "item_2")).toBe("item_3");
});

it("escapes text so that it stays text", () => {
  expect(stringText('a "b" \\ \n {{ c }} \u007f')).toBe('"a \\"b\\" \\\\ \\n {{ c }} \\u007f"');
  expect(rawText("^[a-z]\\.$")).toBe("`^[a-z]\\.$`");
  expect(rawText("a`b")).toBe('"a`b"');
  expect(["name", "a-b", "default", "a.b/c"].map(memberText)).toEqual([".name", '["a-b"]', '["default"]', '["a.b/c"]']);
  expect([dataText({ a: [1, "x", true] }), dataText(["b", "b", "a"], true), dataText([], true)]).toEqual(['{"a": [1, "x", true]}', '{"b", "a"}', "set()"]);
});

it("leaves out of a body what another line says anyway, and names that nothing reads", () => {
  const walk = walkLine({ key: "i", value: "port" }, "container.ports", ["container.ports"]);
  expect(finishBody([walk, presence("port"), line("port.hostPort == 1", ["port.hostPort"])])).toEqual(["some port in container.ports", "port.hostPort == 1"]);
  expect(finishBody([walk, presence("port"), line('not port.name == "i"')], ["format_int(i, 10)"])).toEqual(["some i, port in container.ports", "port != null", 'not port.name == "i"']);
  expect(finishBody([assignment("unread", "1", []), line("true")])).toEqual(["true"]);
});

it("says of one subject once that it is none of several words", () => {
  const differs = (literal: string) => difference({ subject: "x.type", certain: 'object.get(x, "type", null)', literals: [literal] });
  expect(finishBody([differs('"a"')])).toEqual(['not x.type == "a"']);
  expect(finishBody([differs('"a"'), differs('"b"')])).toEqual(['not object.get(x, "type", null) in {"a", "b"}']);
  expect(finishBody([presence("x.type"), differs('"a"')])).toEqual(["x.type != null", 'x.type != "a"']);
});

it("knows a body in which something is both present and absent", () => {
  expect(isImpossible([absence("x", "x"), presence("x")])).toBe(true);
  expect(isImpossible([absence('object.get(x, "a", null)', "x.a"), line("x.a.b == 1", ["x.a.b"])])).toBe(true);
  expect(isImpossible([absence('object.get(x, "a", null)', "x.a"), line("x.ab == 1", ["x.ab"])])).toBe(false);
});
