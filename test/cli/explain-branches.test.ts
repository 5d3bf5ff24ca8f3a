import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { portcullis } from "./fake-io.ts";

const bundle = fileURLToPath(new URL("../../golden/opa", import.meta.url));

it("says that a control's own objects decide each of its branches", async () => {
  const { code, out } = await portcullis(["explain", "privileged-containers", "--branches"], { bundle });
  expect(code).toBe(0);
  expect(out).toMatch(/\nEvery branch is reached by the control's own fixtures\. \d+ cases derived from the check run in every engine\./);
}, 60_000);

it("shows the branches that none of them decides, with the line, and what would decide them", async () => {
  const { code, out } = await portcullis(["explain", "host-probes", "--branches"], { bundle });
  expect(code).toBe(0);
  expect(out).toContain(`
Branches that no own fixture reaches
  policies/pod-security/host-probes.ts:15:9  if (kubernetesMinor < 34) return;
    kubernetesMinor < 34: both are equal: reached with kubernetesMinor = 34
`);
  expect(out).toContain("    kubernetesMinor < 34 holds: reached with kubernetesMinor = 33\n");
  expect(out).toMatch(/present\(handler\) does not hold: nothing reaches it: none of \d+ objects gives it that value\n/);
  expect(out).toMatch(/\n\d+ cases derived from the check run in every engine\./);
}, 60_000);
