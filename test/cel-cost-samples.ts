import { all, any, atom, binary, call, type Cel, concat, emptyList, index, list, method, negate, nothing, select, ternary } from "../src/backends/cel/syntax.ts";
import { stringLiteral } from "../src/backends/cel/text.ts";

const name = "a".repeat(24);

/** A pod with two containers, all of whose names have 24 characters. */
export const samplePod = { apiVersion: "v1", kind: "Pod", metadata: { name, namespace: "shop" }, spec: { containers: [{ name }, { name }] } };

const object = call("dyn", atom("object"));
const optional = (target: Cel, member: string): Cel => ({ kind: "select", target, name: member, optional: true });
const podName = select(select(atom("object"), "metadata"), "name");
const containers = select(select(object, "spec"), "containers");
const [i, x] = [atom("i"), atom("x")];
const xName = select(x, "name");
const maybe = method(optional(optional(object, "spec"), "containers"), "orValue", nothing);
const text = stringLiteral;

/**
 * Expressions, what the API server's own judge counts for each over that pod (`test/engines/cel-cost.test.ts` asks it), and the
 * estimate where that is another: of either side of a choice it takes the dearer one, a separator it counts after the last element
 * too, and two texts it compares to the end though any of them might be a long list.
 */
export const samples: readonly (readonly [cel: Cel, cost: number, estimate?: number])[] = [
  [atom("object"), 1],
  [podName, 3],
  [select(object, "kind"), 4],
  [maybe, 5],
  [call("optional.ofNonZeroValue", maybe), 6],
  [method(call("optional.ofNonZeroValue", maybe), "orValue", emptyList), 6],
  [method(optional(object, "kind"), "hasValue"), 5],
  [binary("==", podName, text("abc")), 4],
  [binary("!=", maybe, nothing), 6],
  [binary("==", podName, podName), 9, 10],
  [negate(binary("in", podName, list(text("a"), text("b")))), 4],
  [any([binary("==", podName, text("b")), binary("==", podName, text("c"))]), 8],
  [all([binary("!=", podName, text("b")), binary("!=", podName, text("c"))]), 8],
  [ternary(binary("==", podName, text("b")), text("x"), podName), 6, 7],
  [list(text("a"), text("b")), 0],
  [list(podName), 13],
  [index(list(podName), atom("0")), 15],
  [concat([list(podName), list(podName)]), 27],
  [{ kind: "map", entries: [[text("path"), podName]] }, 33],
  [method(containers, "map", x, xName), 34],
  [method(containers, "filter", x, binary("!=", xName, text("b"))), 38],
  [method(containers, "exists", x, binary("==", xName, text("b"))), 20],
  [method(containers, "transformList", i, x, binary("!=", x, nothing), xName), 38],
  [method(containers, "transformList", i, x, { kind: "map", entries: [[text("path"), call("string", i)]] }), 94],
  [method(list(text("a"), text("b")), "map", x, concat([x, text("c")])), 29],
  [method(podName, "startsWith", text("abc")), 4],
  [method(podName, "contains", text("abc")), 6],
  [method(podName, "matches", text("^[a-z]+$")), 9],
  [method(podName, "lowerAscii"), 6],
  [method(podName, "split", text("/")), 8],
  [method(podName, "replace", text("x"), text("y")), 8],
  [concat([podName, text("/"), podName]), 14],
  [method(method(containers, "map", x, xName), "join", text("; ")), 44, 46],
  [call("size", call("bytes", podName)), 5, 7],
  [binary(">", call("size", podName), atom("3")), 5],
];
