import { type AuditEvent, isOneOf, startsWithAny } from "portcullis";

/** Whether the API server has answered the request; each request has one such event. */
export const isComplete = (event: AuditEvent): boolean => event["ka.stage"] === "ResponseComplete";

/** Whether the request was granted. */
export const succeeded = (event: AuditEvent): boolean => event["ka.response.code"] !== undefined && event["ka.response.code"].startsWith("2");

/**
 * Whether the request changed what the API server keeps. A dry run changes nothing, and Flux and Argo CD send one for each
 * object every few minutes; its parameter is read out of the query, since "dryRun=All" can stand in another one's value.
 */
export const changed = (event: AuditEvent): boolean => isComplete(event) && succeeded(event) && event["ka.uri.param[dryRun]"] === undefined;

/** Whether an object was written: created, replaced or patched. A subresource such as status or scale is another matter. */
export const wrote = (event: AuditEvent): boolean => changed(event) && isOneOf(event["ka.verb"], ["create", "update", "patch"]) && event["ka.target.subresource"] === undefined;

/**
 * Whether a Pod was created. Kubelets are left out: all that they may create is the mirror of a Pod that the node runs already,
 * and those of the control plane are on the node's network and mount its files.
 */
export const createdPod = (event: AuditEvent): boolean =>
  changed(event) && event["ka.verb"] === "create" && event["ka.target.resource"] === "pods" && event["ka.target.subresource"] === undefined && !startsWithAny(event["ka.user.name"], ["system:node:"]);

/** Whether a debug container was put into a running Pod. */
export const addedDebugContainer = (event: AuditEvent): boolean =>
  changed(event) && isOneOf(event["ka.verb"], ["update", "patch"]) && event["ka.target.resource"] === "pods" && event["ka.target.subresource"] === "ephemeralcontainers";

/** Whether a Role or ClusterRole was written. A patch that names rules holds all of them, for their list is replaced as a whole. */
export const wroteRole = (event: AuditEvent): boolean => wrote(event) && isOneOf(event["ka.target.resource"], ["roles", "clusterroles"]);

/** Whether a RoleBinding or ClusterRoleBinding was written. */
export const wroteBinding = (event: AuditEvent): boolean => wrote(event) && isOneOf(event["ka.target.resource"], ["rolebindings", "clusterrolebindings"]);

/** Whether the body is a JSON patch: a list of changes, in which no field of the object is where it would be in the object itself. */
export const isJsonPatch = (event: AuditEvent): boolean => event["ka.verb"] === "patch" && event["jevt.value[/requestObject]"] !== undefined && event["jevt.value[/requestObject]"].startsWith("[");
