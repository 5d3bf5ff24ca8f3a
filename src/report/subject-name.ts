import type { CheckResult, EventIdentity, ObjectIdentity } from "../evaluate/result.ts";
import { printable } from "../text/printable.ts";

/** What a result is about, fit for a terminal: `Deployment shop/web`, or `create pods shop/web by alice@example.com`. */
export const subjectName = ({ event, object }: Pick<CheckResult, "event" | "object">): string => (event === undefined ? objectName(object ?? {}) : eventName(event));

/** "document" for an object that does not say what it is. */
function objectName({ kind, namespace, name }: ObjectIdentity): string {
  const full = [namespace, name].filter((part) => part !== undefined).join("/");
  return printable([kind ?? "document", full].filter((part) => part !== "").join(" "));
}

function eventName({ name, namespace, resource, uri, user, verb }: EventIdentity): string {
  const place = [namespace, name].filter((part) => part !== undefined).join("/");
  const request = [verb ?? "request", resource ?? uri ?? "", place].filter((part) => part !== "").join(" ");
  return printable(user === undefined ? request : `${request} by ${user}`);
}
