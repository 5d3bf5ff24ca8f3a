import { describe } from "vitest";
import { knownToKyverno, saidByKyverno, saidByKyvernoLegacy, startKyverno } from "./kyverno.ts";
import { testFront, type WebhookFront } from "./webhook-front.ts";

const kyverno: Omit<WebhookFront, "target" | "said"> = { start: startKyverno, parts: [{ folder: "", holds: () => true }], known: knownToKyverno, tellsFindings: true };

describe("the bundle kyverno", () => testFront({ ...kyverno, target: "kyverno", said: saidByKyverno }));

describe("the bundle kyverno-legacy", () => testFront({ ...kyverno, target: "kyverno-legacy", said: saidByKyvernoLegacy, expectedWarning: /kyverno\.io\/v1 ClusterPolicy is deprecated/ }));
