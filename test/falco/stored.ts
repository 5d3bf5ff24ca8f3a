import { withoutNulls } from "../../src/cases/request.ts";
import { resources } from "../../src/kubernetes/generated/resources.ts";

type Json = Readonly<Record<string, unknown>>;

/** The audit event of a request that stored an object: what the API server read of it, which knows no null and no debug container in a new Pod. */
export function storedEvent(object: unknown, { agent = "kubectl/v1.37.2", code = 201, user = "alice", verb = "create" } = {}): Json {
  const { apiVersion, kind, metadata, spec, ...rest } = withoutNulls(object) as { readonly apiVersion: string; readonly kind: string; readonly metadata?: Json; readonly spec?: Json };
  const [version = "", group] = apiVersion.split("/").reverse();
  const { ephemeralContainers: _, ...withoutDebug } = spec ?? {};
  const served: Readonly<Record<string, { readonly plural: string }>> = resources;
  const resource = served[`${apiVersion}/${kind}`]?.plural ?? "";
  return {
    kind: "Event", apiVersion: "audit.k8s.io/v1", level: "Request", auditID: "5cd9b1a1-0d8e-4bb6-8d19-6f1d8d3a1c7e", stage: "ResponseComplete", verb,
    requestURI: `/api/${version}/${resource}`,
    user: { username: user, groups: ["system:authenticated"] }, sourceIPs: ["192.0.2.10"], userAgent: agent,
    objectRef: { resource, ...(group === undefined ? {} : { apiGroup: group }), apiVersion: version, ...(metadata?.["name"] === undefined ? {} : { name: metadata["name"] }), ...(metadata?.["namespace"] === undefined ? {} : { namespace: metadata["namespace"] }) },
    responseStatus: { metadata: {}, code },
    requestObject: { apiVersion, kind, ...(metadata === undefined ? {} : { metadata }), ...(spec === undefined ? {} : { spec: kind === "Pod" ? withoutDebug : spec }), ...rest },
  };
}
