import type { EventIdentity } from "./result.ts";

type Members = Readonly<Record<string, unknown>>;

const membersOf = (value: unknown): Members => (typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Members) : {});

/** What an audit event calls itself; whatever is no text is taken for absent. */
export function identifyEvent(event: Members): EventIdentity {
  const { username } = membersOf(event["user"]);
  const { name, namespace, resource, subresource } = membersOf(event["objectRef"]);
  const texts = {
    time: event["stageTimestamp"],
    user: username,
    verb: event["verb"],
    resource: isText(resource) && isText(subresource) ? `${resource}/${subresource}` : resource,
    namespace,
    name,
    ...(isText(resource) ? {} : { uri: event["requestURI"] }),
  };
  return { auditID: String(event["auditID"]), stage: String(event["stage"]), ...Object.fromEntries(Object.entries(texts).filter(([, value]) => isText(value))) };
}

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";
