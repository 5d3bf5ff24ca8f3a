import type { ObjectIdentity } from "../evaluate/result.ts";
import { printable } from "../text/printable.ts";

/** `Deployment shop/web`, fit for a terminal; "document" for one that does not say what it is. */
export function objectName({ kind, namespace, name }: ObjectIdentity): string {
  const full = [namespace, name].filter((part) => part !== undefined).join("/");
  return printable([kind ?? "document", full].filter((part) => part !== "").join(" "));
}
