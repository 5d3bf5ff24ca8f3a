import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { engineFolder, go } from "../engine.ts";

/** A pod of k8s.io/pod-security-admission's own test data, which passes or fails its level at its minor. */
export interface PodSecurityFixture {
  readonly level: "baseline" | "restricted";
  /** 25 for v1.25. */
  readonly minor: number;
  readonly passes: boolean;
  /** The check in lower case and a number: "hostports0"; "base" and its like for the plain pods. */
  readonly name: string;
  readonly object: unknown;
}

/** The fixtures of the minors `from` … `to`, out of the Go module cache (the judge's go.sum holds their hash). */
export async function podSecurityFixtures(from: number, to: number): Promise<PodSecurityFixture[]> {
  const module = (await go(engineFolder("pod-security"), ["list", "-m", "-f", "{{.Dir}}", "k8s.io/pod-security-admission"])).trim();
  const fixtures: PodSecurityFixture[] = [];
  for (const level of ["baseline", "restricted"] as const) {
    for (let minor = from; minor <= to; minor++) {
      for (const verdict of ["pass", "fail"] as const) {
        const folder = join(module, "test/testdata", level, `v1.${minor}`, verdict);
        for (const file of readdirSync(folder).sort()) {
          const object = load(readFileSync(join(folder, file), "utf8"));
          fixtures.push({ level, minor, passes: verdict === "pass", name: file.replace(/\.yaml$/, ""), object });
        }
      }
    }
  }
  return fixtures;
}
