import fc from "fast-check";
import { expect, it } from "vitest";
import { readDocuments } from "../../src/documents/index.ts";
import { collect } from "./reading.ts";

const yaml = `# a comment
apiVersion: apps/v1
kind: Deployment
metadata: &meta
  name: web
  labels: {app: web, "tier": 'front'}
  annotations:
    text: |-
      one
        two
    folded: >
      three
      four
spec:
  replicas: 0x3
  template:
    metadata:
      <<: *meta
      name: pod
    spec:
      containers:
      - name: app
        image: "registry.example.com/web:1.0\\n"
        args: ["--port=8080", -v, {a: !!str 1}]
        securityContext: {privileged: yes}
---
{"apiVersion": "v1", "kind": "List", "items": [{"apiVersion": "v1", "kind": "Secret", "data": {"é": "😀"}}, 3]}
`;

const json = `{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a\\u0062\\"", "labels": {"x": "y"}},
 "spec": {"containers": [{"name": "c", "ports": [{"containerPort": 1e3}]}], "hostNetwork": true, "x": [null, -0.5]}}
{"apiVersion": "v1", "kind": "Pod"}`;

const pieces = [..."\n|\t| |-|- |---\n|...\n|:|: |?|#|&a |*meta|*a|!!int |\"|'|[|]|{|}|,|<<: |\\|%|{{|\r|\0|\ufeff|\u2028|é|apiVersion: v1\nkind: X\n".split("|"), "|", ">", "|2\n"];

/** A manifest whose bytes were cut, doubled, overwritten or filled in at a few places. */
const mutated = fc
  .tuple(fc.constantFrom(yaml, json), fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(20), fc.oneof(fc.constantFrom(...pieces).map((piece) => Buffer.from(piece)), fc.uint8Array({ maxLength: 4 }), fc.constant("again" as const))), { minLength: 1, maxLength: 6 }))
  .map(([text, changes]) =>
    changes.reduce((bytes, [at, length, change]) => {
      const start = Math.floor(at * bytes.length);
      const insertion = change === "again" ? bytes.subarray(start, start + length * 8) : change;
      return Buffer.concat([bytes.subarray(0, start), insertion, bytes.subarray(start + (change === "again" ? 0 : length))]);
    }, Buffer.from(text)),
  );

it("reads whatever bytes it is given: something comes of them, nothing is thrown, and every place lies in the text", async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof({ weight: 5, arbitrary: mutated }, fc.uint8Array({ maxLength: 200 }).map(Buffer.from)), async (bytes) => {
      const lines = bytes.toString("utf8").split(/\r\n|\r|\n/).length + 1;
      const started = performance.now();
      const items = await collect(readDocuments(["-"], { stdin: [bytes] as unknown as NodeJS.ReadableStream }));
      expect(performance.now() - started).toBeLessThan(2_000);
      expect(items.length).toBeGreaterThan(0);
      for (const item of items) {
        if (item.kind === "note") expect(item.note.message).not.toBe("");
        else {
          const { line, column } = item.kind === "error" ? item.error : item.document.locate(["spec", "template", "spec", "containers", 0, "image"], "value");
          expect(line >= 1 && column >= 1).toBe(true);
          // UTF-16 has lines of its own.
          if (bytes[0] !== 0xff && bytes[0] !== 0xfe) expect(line).toBeLessThanOrEqual(lines);
        }
        if (item.kind === "document") expect(JSON.parse(JSON.stringify(item.document.value))).toBeTypeOf("object");
      }
    }),
    { numRuns: 3_000 },
  );
}, 60_000);
