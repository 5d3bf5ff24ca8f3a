import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { DescribedDetection } from "../src/bundle/detections.ts";
import type { Detection } from "../src/dsl/detection.ts";

/** The detections of a domain as they run, without the compiler. */
async function detectionsOf(domain: string): Promise<readonly DescribedDetection[]> {
  const folder = fileURLToPath(new URL(`../policies/${domain}`, import.meta.url));
  const modules = await Promise.all(readdirSync(folder).sort().map(async (file) => ({ id: basename(file, ".ts"), module: (await import(/* @vite-ignore */ pathToFileURL(join(folder, file)).href)) as { default?: Detection } })));
  return modules.flatMap(({ id, module }) => (module.default?.kind === "detection" ? [{ id, domain, detection: module.default }] : []));
}

/** The package's detections over system calls, and over the audit log. */
export const syscallDetections = await detectionsOf("runtime");
export const auditDetections = await detectionsOf("audit-events");

/** An audit event as the API server writes it, with other parts in the place of the usual ones. */
export const auditEvent = (parts: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> => ({
  kind: "Event",
  apiVersion: "audit.k8s.io/v1",
  level: "Metadata",
  auditID: "5f3a6c1e-0f4b-4ad8-9d0b-2c1b0b7f3a10",
  stage: "ResponseComplete",
  requestURI: "/api/v1/namespaces/shop/pods/web",
  verb: "get",
  user: { username: "alice@example.com", groups: ["system:authenticated"] },
  sourceIPs: ["203.0.113.7"],
  userAgent: "kubectl/v1.37.2",
  objectRef: { resource: "pods", namespace: "shop", name: "web", apiVersion: "v1" },
  responseStatus: { metadata: {}, code: 200 },
  requestReceivedTimestamp: "2026-11-20T09:14:02.102934Z",
  stageTimestamp: "2026-11-20T09:14:02.110211Z",
  annotations: { "authorization.k8s.io/decision": "allow" },
  ...parts,
});

/** One that `exec-sessions` reports. */
export const execEvent = (parts: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> =>
  auditEvent({ stage: "ResponseStarted", requestURI: "/api/v1/namespaces/shop/pods/web/exec?command=sh&container=web", objectRef: { resource: "pods", namespace: "shop", name: "web", apiVersion: "v1", subresource: "exec" }, responseStatus: { code: 101 }, ...parts });
