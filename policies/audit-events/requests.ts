import type { AuditEvent } from "portcullis";

/** Whether the API server has answered the request; each request has one such event. */
export const isComplete = (event: AuditEvent): boolean => event["ka.stage"] === "ResponseComplete";

/** Whether the request was granted. */
export const succeeded = (event: AuditEvent): boolean => event["ka.response.code"] !== undefined && event["ka.response.code"].startsWith("2");
