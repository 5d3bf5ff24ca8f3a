import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import type { CompiledControl } from "../../src/backends/backend.ts";
import type { Exemption, Placement, Rollout, Stage } from "../../src/backends/rollout.ts";
import { compiledControls } from "./admission/policies.ts";
import { kyvernoTest } from "./kyverno/cli.ts";
import { judgeKyverno, type KyvernoRequest, type KyvernoVerdict } from "./kyverno/judge.ts";
import { kyvernoDocuments, kyvernoFiles } from "./kyverno/policies.ts";

const controls = [...compiledControls("test/fixtures/rollout"), ...compiledControls("policies")];

function controlOf(id: string): CompiledControl {
  const control = controls.find((each) => each.id === id);
  if (control === undefined) throw new Error(`there is no control ${id}`);
  return control;
}

const everywhere = (stage: Stage): Placement => ({ stage });
const inside = (stage: Stage, ...globs: readonly string[]): Placement => ({ stage, namespaces: globs });
const exempt = (...globs: readonly string[]): Exemption => ({ namespaces: globs, reason: "a test" });

const rollouts: Readonly<Record<string, Rollout>> = {
  "one stage everywhere": { placements: [everywhere("enforce")], exemptions: [] },
  "one stage in every namespace": { placements: [inside("enforce", "*")], exemptions: [] },
  "one stage in namespaces by name": { placements: [inside("enforce", "shop", "team-a")], exemptions: [] },
  "one stage in namespaces by suffix and name": { placements: [inside("warn", "*-dev", "shop")], exemptions: [] },
  "a stricter stage in namespaces by glob": { placements: [everywhere("audit"), inside("enforce", "team-*")], exemptions: [] },
  "three stages, of which one is everywhere": { placements: [everywhere("audit"), inside("warn", "team-*", "shop"), inside("enforce", "*-dev")], exemptions: [] },
  "three stages, of which none is everywhere": { placements: [inside("audit", "kube-system"), inside("warn", "shop", "dev"), inside("enforce", "team-*")], exemptions: [] },
  "exemptions by name": { placements: [everywhere("enforce")], exemptions: [exempt("kube-system"), exempt("shop", "dev")] },
  "exemptions by name and glob from several placements": { placements: [everywhere("audit"), inside("enforce", "team-*"), inside("warn", "shop")], exemptions: [exempt("*-dev", "kube-system")] },
  "an exemption of every namespace": { placements: [everywhere("enforce")], exemptions: [exempt("*")] },
  "an exemption that has not ended": { placements: [everywhere("enforce")], exemptions: [{ ...exempt("shop"), expires: "2999-12-31" }] },
};

const names = ["shop", "team-a", "team-a-dev", "shop-dev", "kube-system", "dev"];
const asked = names.flatMap((name) => (["Namespace", "ConfigMap", "ClusterRole"] as const).map((kind) => ({ kind, name })));

/** A marked object: a Namespace under its own name, a ConfigMap in a namespace, a ClusterRole in none. */
function marked({ kind, name }: (typeof asked)[number]): KyvernoRequest {
  const metadata = kind === "ConfigMap" ? { name: "settings", namespace: name, labels: { mark: "x" } } : { name, labels: { mark: "x" } };
  return { operation: "CREATE", object: { apiVersion: kind === "ClusterRole" ? "rbac.authorization.k8s.io/v1" : "v1", kind, metadata } };
}

const isIn = (globs: readonly string[], name: string): boolean => globs.some((glob) => new RegExp(`^${glob.replaceAll("*", ".*")}$`).test(name));

/** The strictest stage that holds for an object, by the words of the rollout. */
function stageOf({ exemptions, placements }: Rollout, { kind, name }: (typeof asked)[number]): Stage | "exempt" | "none" {
  const namespace = kind === "ClusterRole" ? undefined : name;
  const stages = placements.filter(({ namespaces }) => namespaces === undefined || (namespace !== undefined && isIn(namespaces, namespace))).map(({ stage }) => stage);
  if (namespace !== undefined && exemptions.some(({ namespaces }) => isIn(namespaces, namespace))) return "exempt";
  return (["enforce", "warn", "audit"] as const).find((stage) => stages.includes(stage)) ?? "none";
}

/** What the webhooks of all policies answer together. */
function said(verdicts: readonly KyvernoVerdict[]): Stage | "exempt" | "none" | "several" {
  const judging = verdicts.filter(({ allowed }) => !allowed);
  if (judging.length > 1) return "several";
  const [verdict] = judging;
  if (verdict === undefined) return verdicts.every(({ exempt: is }) => is === true) ? "exempt" : "none";
  return verdict.blocked === true ? "enforce" : (verdict.warnings ?? []).length > 0 ? "warn" : "audit";
}

for (const [title, rollout] of Object.entries(rollouts)) {
  it(`puts a control in force once for each object, as far as the target says: ${title}`, async () => {
    const { answers, reports } = await judgeKyverno(kyvernoDocuments(controlOf("marked-objects"), { rollout }), asked.map(marked));
    expect(reports.flatMap(({ errors }) => errors)).toEqual([]);
    const found = answers.map((answer, place) => {
      if (answer.error !== undefined) throw new Error(answer.error);
      expect(answer.verdicts.filter(({ error }) => error !== undefined)).toEqual([]);
      return { ...asked[place], stage: said(answer.verdicts) };
    });
    expect(found).toEqual(asked.map((each) => ({ ...each, stage: stageOf(rollout, each) })));
  });
}

it("judges again what an exception no longer covers, since it has ended", async () => {
  const rollout: Rollout = { placements: [everywhere("enforce")], exemptions: [{ ...exempt("shop"), expires: "2001-01-01" }] };
  const { answers } = await judgeKyverno(kyvernoDocuments(controlOf("marked-objects"), { rollout }), [marked({ kind: "ConfigMap", name: "shop" })]);
  expect(answers[0]).toMatchObject({ verdicts: [{ blocked: true }] });
});

it("judges a pod and its debug containers by their namespace, and a Namespace by its own name", async () => {
  const rollout: Rollout = { placements: [inside("enforce", "team-*")], exemptions: [exempt("*-dev")] };
  const bad = (containers: string, name: string): object => ({ apiVersion: "v1", kind: "Pod", metadata: { name: "web", namespace: name }, spec: { [containers]: [{ name: "web", securityContext: { privileged: true } }] } });
  const cases: readonly { readonly id: string; readonly request: (name: string) => KyvernoRequest }[] = [
    { id: "pod-security-labels", request: (name) => ({ operation: "CREATE", object: { apiVersion: "v1", kind: "Namespace", metadata: { name } } }) },
    { id: "privileged-containers", request: (name) => ({ operation: "CREATE", object: bad("containers", name) }) },
    { id: "privileged-containers", request: (name) => ({ operation: "UPDATE", subresource: "ephemeralcontainers", object: bad("ephemeralContainers", name), oldObject: bad("containers", name) }) },
  ];
  for (const { id, request } of cases) {
    const { answers } = await judgeKyverno(kyvernoDocuments(controlOf(id), { rollout }), names.map(request));
    expect(names.filter((_, place) => answers[place]?.error === undefined && answers[place]?.verdicts[0]?.blocked === true)).toEqual(["team-a"]);
  }
});

it("has the tests beside the policies pass in Kyverno's own command line under every rollout, each row with a verdict", async () => {
  const folder = mkdtempSync(join(tmpdir(), "portcullis-kyverno-"));
  try {
    let expected = 0;
    for (const [place, rollout] of Object.values(rollouts).entries()) {
      for (const id of ["marked-objects", "marked-roles", "pod-security-labels", "host-ports"]) {
        for (const { content, path } of kyvernoFiles(controlOf(id), { rollout })) {
          const file = join(folder, String(place), path);
          mkdirSync(dirname(file), { recursive: true });
          writeFileSync(file, content);
          if (path.endsWith("/kyverno-test.yaml")) expected += [...String(content).matchAll(/^ {4}result: /gm)].length;
        }
      }
    }
    const rows = await kyvernoTest(folder);
    expect(rows.filter(({ reason, result }) => reason !== "Ok" || result !== "Pass")).toEqual([]);
    expect(rows.length).toBe(expected);
    expect(expected).toBeGreaterThan(150);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
