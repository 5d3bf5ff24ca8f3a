import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { portcullis } from "./fake-io.ts";

const path = (name: string): string => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const files = readdirSync(path("examples"));

interface Report {
  readonly violations: readonly object[];
  readonly errors: readonly unknown[];
}

/** What the committed policy finds in an example, or in all of them. */
async function judge(file: string, ...flags: string[]): Promise<Report> {
  return JSON.parse((await portcullis(["check", path(`examples/${file}`), "--format", "json", ...flags], { bundle: path("golden/opa") })).out) as Report;
}

it.each(files.filter((file) => file !== "hardened.yaml"))("finds something to mend in examples/%s, and nothing that cannot be judged", async (file) => {
  const { violations, errors } = await judge(file);
  expect(errors).toEqual([]);
  expect(violations.length).toBeGreaterThan(0);
});

it("finds nothing in the hardened example", async () => {
  expect(await judge("hardened.yaml")).toMatchObject({ violations: [], errors: [] });
});

it.each([
  ["pss-baseline", 12],
  ["pss-restricted", 19],
])("has in profile %s as many controls as Pod Security Admission has checks", async (profile, count) => {
  const { out } = await portcullis(["list", "--profile", profile], { bundle: path("golden/opa") });
  expect(out).toContain(`\n${count} controls. More about one`);
});

it("finds with the committed policy what the controls' own TypeScript finds", { timeout: 60_000 }, async () => {
  expect(await judge("")).toEqual(await judge("", "--engine", "plain"));
});
