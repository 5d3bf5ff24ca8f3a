import { describe } from "vitest";
import { isLeftOutByKyverno, knownToKyverno, saidByKyverno, saidByKyvernoLegacy, startKyverno } from "./kyverno.ts";
import { testFront } from "./webhook-front.ts";

const kyverno = { start: startKyverno, parts: [{ folder: "", holds: () => true }], known: knownToKyverno, isLeftOut: isLeftOutByKyverno };

describe("the bundle kyverno", () => testFront({ ...kyverno, target: "kyverno", said: saidByKyverno, refusesWithAll: false, mostContainers: 500 }));

// Kyverno counts the variables of all its policies against one limit of 2 MiB, and refuses what goes beyond it (docs/engine-notes.md).
describe("the bundle kyverno-legacy", () =>
  testFront({ ...kyverno, target: "kyverno-legacy", said: saidByKyvernoLegacy, refusesWithAll: true, mostContainers: 40, expectedWarning: /kyverno\.io\/v1 ClusterPolicy is deprecated|You are matching on replicas but not including the scale subresource/ }));
