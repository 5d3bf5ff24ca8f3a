import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { compile } from "../../src/compile.ts";
import { auditFields } from "../../src/events/audit-fields.ts";
import { eventFields } from "../../src/events/generated/fields.ts";
import { randomNumbers } from "../object-mutations.ts";
import { mutated, placesIn } from "./k8saudit/event-mutations.ts";
import { readFields } from "./k8saudit/judge.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const detections = compile(root, join(root, "policies")).detections.filter(({ detection }) => detection.source === "k8s_audit");
const events = detections.flatMap(({ detection }) => detection.cases.map(({ event }) => event));

const named = eventFields.filter(({ source, form, trap }) => source === "k8s_audit" && trap === undefined && (form === "plain" || form === "list")).map(({ name }) => name);
const parameters = ["dryRun", "command", "container", ""].map((name) => `ka.uri.param[${name}]`);

/** The table's fields, and a pointer to every place in the event and to some that are not there. */
function fieldsFor(event: unknown): readonly string[] {
  const pointers = [...placesIn(event), ["requestObject", "rules"], ["requestObject", "0", "path"], ["user", "extra", "none", "0"]];
  return [...named, ...parameters, ...pointers.map((path) => `jevt.value[/${path.map((step) => step.replaceAll("~", "~0").replaceAll("/", "~1")).join("/")}]`)];
}

/** Where our reading of an event and the plugins' differ. */
async function differences(all: readonly unknown[]): Promise<readonly unknown[]> {
  const answers = await readFields(all.map((event) => ({ event, fields: fieldsFor(event) })));
  return all.flatMap((event, index) => {
    const ours = auditFields(event);
    const theirs = answers[index] ?? {};
    const differing = fieldsFor(event).filter((field) => JSON.stringify(ours[field]) !== JSON.stringify(theirs[field]));
    return differing.map((field) => ({ field, ours: ours[field], theirs: theirs[field], event }));
  });
}

it("reads every field from the events of every detection as Falco's plugins do", async () => {
  expect(events.length).toBeGreaterThan(100);
  expect((await differences(events)).slice(0, 5)).toEqual([]);
});

it("reads every field from events with parts that are absent, repeated or of another kind as Falco's plugins do", async () => {
  const random = randomNumbers(37);
  const strange = events.flatMap((event) => Array.from({ length: 20 }, () => mutated(event, random)));
  expect((await differences(strange)).slice(0, 5)).toEqual([]);
});

it("crashes the plugin with the types of volumes where a body is a list, which is why no rule may ask for them", async () => {
  expect(eventFields.find(({ name }) => name === "ka.req.pod.volumes.volume_type")?.trap).toContain("crashes");
  await expect(readFields([{ event: { auditID: "a", requestObject: [{}] }, fields: ["ka.req.pod.volumes.volume_type"] }])).rejects.toThrow("0 of 1");
});

it("sees a label whose key is written with an escape by its pointer, and not in the text of the labels", async () => {
  const event = String.raw`{"auditID":"a","requestObject":{"metadata":{"labels":{"a\/b":"c"}}}}`;
  const labels = "jevt.value[/requestObject/metadata/labels]";
  const key = "jevt.value[/requestObject/metadata/labels/a~1b]";
  expect(await readFields([{ event, fields: [labels, key] }])).toEqual([{ [labels]: String.raw`{"a\/b":"c"}`, [key]: "c" }]);
});
