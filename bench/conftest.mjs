import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { outputOf } from "./measure.mjs";
import { regoFolder } from "./policy.mjs";
import { scratch } from "./scratch.mjs";

/** What conftest asks is a package `main` with `deny`, and it gives the bare object as input. */
const adapter = `package main

deny contains {"msg": violation.message, "control": violation.control, "path": violation.path} if {
	some violation in data.portcullis.violations with input as {"object": input}
}
`;

/** Conftest over the emitted Rego as it stands, behind a small adapter. */
export function conftest(binary, { settings }) {
  const folder = join(scratch, "conftest");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  cpSync(regoFolder, join(folder, "policy"), { recursive: true });
  writeFileSync(join(folder, "policy/main.rego"), adapter);
  writeFileSync(join(folder, "data.json"), JSON.stringify({ settings }));
  const command = (file, ...options) => ({ run: [binary, "test", "--policy", join(folder, "policy"), "--data", join(folder, "data.json"), ...options, file], codes: [0, 1] });
  return {
    command: (file) => command(file),
    /** Each violation as `control path message`. */
    violations: (file) => JSON.parse(outputOf(command(file, "--output", "json"))).flatMap(({ failures = [] }) => failures.map(({ msg, metadata }) => `${metadata.control} ${metadata.path} ${msg}`)),
  };
}
