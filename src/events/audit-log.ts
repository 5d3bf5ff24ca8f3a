/** What a JSON value of a log turns out to be: an event, several ones, or something else, with what to say of it. */
export type Recognized =
  | { readonly kind: "event"; readonly event: Readonly<Record<string, unknown>> }
  | { readonly kind: "list"; readonly items: readonly unknown[]; readonly path: readonly string[] }
  | { readonly kind: "other"; readonly message: string; readonly help?: string };

const stages: readonly unknown[] = ["RequestReceived", "ResponseStarted", "ResponseComplete", "Panic"];

/**
 * Tells whether a value is an event of the API server's audit log (audit.k8s.io), a list of them (an EventList, or just a list),
 * or none. One that lacks what every event has is none: Falco's plugin takes none without an audit id, a stage's time and a kind.
 */
export function recognize(value: unknown): Recognized {
  if (Array.isArray(value)) return { kind: "list", items: value, path: [] };
  if (typeof value !== "object" || value === null) return other("This is no object, so it is no audit event.");
  const event = value as Readonly<Record<string, unknown>>;
  const { kind, apiVersion, auditID, stage } = event;
  if (kind === "EventList" && Array.isArray(event["items"])) return { kind: "list", items: event["items"], path: ["items"] };
  if (kind !== "Event" || !isAuditVersion(apiVersion)) return stranger(event);
  if (typeof auditID !== "string" || auditID === "") return other("This event has no auditID, which every audit event has.");
  if (!stages.includes(stage)) return other(`This event's stage is ${stage === undefined ? "not set" : JSON.stringify(stage).slice(0, 80)}, and an audit event's is one of ${stages.join(", ")}.`);
  return { kind: "event", event };
}

const isAuditVersion = (apiVersion: unknown): boolean => typeof apiVersion === "string" && apiVersion.startsWith("audit.k8s.io/");

const other = (message: string, help?: string): Recognized => ({ kind: "other", message, ...(help === undefined ? {} : { help }) });

/** Says what something else probably is. */
function stranger(event: Readonly<Record<string, unknown>>): Recognized {
  const { kind, apiVersion } = event;
  if ("output_fields" in event || ("rule" in event && "priority" in event)) return other("This is an alert of Falco, not an audit event.", "Give the API server's audit log itself, which Falco's alerts were made from.");
  if ("evt.type" in event || "evt.num" in event) return other("This is a system call, not an audit event.", "Detections of system calls run in Falco: portcullis build --target targets/falco.yaml.");
  if (kind === "Event" && (apiVersion === "v1" || apiVersion === "events.k8s.io/v1")) return other("This is an Event object of the API, not an event of the audit log.", "The audit log is the file that the API server's flag --audit-log-path names.");
  if (typeof kind === "string" && typeof apiVersion === "string") return other(`This is a ${shortened(kind)} of ${shortened(apiVersion)}, not an audit event.`, "To judge manifests, leave out --events.");
  const wrapper = Object.entries(event).find(([, part]) => isWrapped(part))?.[0];
  if (wrapper !== undefined) return other(`This is no audit event, but its field ${JSON.stringify(shortened(wrapper))} holds one.`, `Take it out first: jq -c '.[${JSON.stringify(shortened(wrapper))}] | (fromjson? // .)' FILE | portcullis check --events -`);
  return other("This object is no audit event: it has no kind Event of audit.k8s.io.");
}

/** Whether collectors of logs have put an audit event in here, as an object or as text. */
function isWrapped(part: unknown): boolean {
  if (typeof part === "string") return /^\s*\{/.test(part) && part.includes('"audit.k8s.io/');
  return typeof part === "object" && part !== null && !Array.isArray(part) && isAuditVersion((part as Readonly<Record<string, unknown>>)["apiVersion"]);
}

const shortened = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);
