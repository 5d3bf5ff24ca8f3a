import * as fc from "fast-check";
import { globs, isListed, matchesAnyGlob, matchesGlob, names, textAfter } from "portcullis";
import { expect, it } from "vitest";

/** The same question asked of a regular expression. */
const byExpression = (text: string, glob: string): boolean => new RegExp(`^${glob.split("*").map((piece) => piece.replace(/[.+?^${}()|[\]\\/]/g, "\\$&")).join(".*")}$`, "su").test(text);

it("agrees with the regular expression that says the same, for up to four stars", () => {
  const letters = fc.string({ unit: fc.constantFrom("a", "b", "/", ".", "?", "é", "𝒳"), maxLength: 8 });
  const glob = fc.array(letters.filter((piece) => piece.length < 4), { minLength: 1, maxLength: 5 }).map((pieces) => pieces.join("*"));
  fc.assert(fc.property(letters, glob, (text, pattern) => void expect(matchesGlob(text, pattern)).toBe(byExpression(text, pattern))), { numRuns: 2000 });
});

it("covers a text with any piece of it starred out", () => {
  const piece = fc.string({ unit: "binary", maxLength: 6 }).filter((text) => !text.includes("*"));
  fc.assert(fc.property(piece, piece, piece, (before, inside, after) => void expect(matchesGlob(before + inside + after, `${before}*${after}`)).toBe(true)));
});

it("does not let pieces overlap", () => {
  expect(matchesGlob("aba", "ab*ba")).toBe(false);
  expect(matchesGlob("abba", "ab*ba")).toBe(true);
  expect(matchesGlob("abc", "*abc*bc")).toBe(false);
});

it("reads ** as *, and nothing else as special", () => {
  expect(matchesGlob("registry.example.com/team/app", "registry.example.com/**")).toBe(true);
  expect(matchesGlob("registryXexample", "registry.example")).toBe(false);
  expect(matchesGlob("a", "[a]")).toBe(false);
  expect(matchesGlob("", "*")).toBe(true);
});

it("covers nothing with more than four stars, and refuses such a parameter", () => {
  expect(matchesGlob("abcdef", "*a*b*c*d*")).toBe(false);
  const { pattern } = (globs({ default: [], description: "Names." }).schema as { items: { pattern: string } }).items;
  expect(new RegExp(pattern).test("*a*b*c*d*")).toBe(false);
  expect(new RegExp(pattern).test("*a*b*c*")).toBe(true);
});

it("asks several globs", () => {
  expect(matchesAnyGlob("system:kube-proxy", ["system:node:*", "system:kube-*"])).toBe(true);
  expect(matchesAnyGlob("system:kube-proxy", [])).toBe(false);
});

it("gives what follows the first occurrence of a piece", () => {
  expect(textAfter("pods.metrics.k8s.io", ".")).toBe("metrics.k8s.io");
  expect(textAfter("pods", ".")).toBeUndefined();
  expect(textAfter("pods", "")).toBe("pods");
});

it("finds a text among names, whole or by their start, and nothing by a star elsewhere", () => {
  expect(["legacy", "legacy-", "legacy-token", "settings", "settings-2", ""].map((text) => isListed(text, ["legacy-*", "settings"]))).toEqual([false, true, true, true, false, false]);
  expect(["a", "axb", "a*b*", "xa"].map((text) => isListed(text, ["a*b*", "*a"]))).toEqual([false, false, false, false]);
  const { pattern } = (names({ default: [], description: "Names." }).schema as { items: { pattern: string } }).items;
  expect(["a", "a*", "*", "", "*a", "a**"].map((text) => new RegExp(pattern).test(text))).toEqual([true, true, true, true, false, false]);
});
