import { fieldNamed } from "../../events/lookup.ts";
import type { EventSource } from "../../events/event-field.ts";

/** The engine version of each Falco that rules are written for, the oldest first (falco 0.42 to 0.44, `falco --version`). */
const engines: readonly (readonly [falco: number, engine: string])[] = [[42, "0.57.0"], [43, "0.58.0"], [44, "0.62.0"]];

/** The engine version that rules for a Falco such as `0.44` must ask for; where no Falco is named, that of the oldest served one. */
export function engineVersionFor(falco: string | undefined): string {
  const minor = Number(falco?.split(".")[1] ?? 0);
  const [, engine] = engines.findLast(([known]) => known <= minor) ?? engines[0] ?? [0, "0.57.0"];
  return engine;
}

/** A plugin without which Falco does not know the fields of some rules. */
export interface RequiredPlugin {
  readonly name: string;
  readonly version: string;
}

/** The plugins that give the fields, each with the oldest version that is known to have them. */
export function requiredPlugins(source: EventSource, fields: Iterable<string>): readonly RequiredPlugin[] {
  const named = [...fields].map((name) => fieldNamed(source, name)?.field.name ?? name);
  const has = (start: string): boolean => named.some((name) => name.startsWith(start));
  if (source === "syscall") return has("container.") || has("k8s.") ? [{ name: "container", version: "0.4.0" }] : [];
  return [{ name: "k8saudit", version: "0.18.0" }, ...(has("jevt.") ? [{ name: "json", version: "0.7.0" }] : [])];
}
