import { readFileSync } from "node:fs";
import type { Frameworks } from "../dsl/control.ts";

/**
 * How far controls go for an id of a framework: `controls` judge all that it asks; `partly` says what stays open; `process` has
 * nothing that a program could judge, only evidence to keep; `built-in` holds for every control by the way that Portcullis
 * works; `outside` is no matter of security.
 */
export type Cover = "controls" | "partly" | "process" | "built-in" | "outside";

/** One thing that a framework asks for. */
export interface FrameworkId {
  /** As the framework has it: `5.2.3`, `K01`, `pod/no-host-ns` (the NSA/CISA guide has no ids: our slugs). */
  readonly id: string;
  /** In our own words. */
  readonly asks: string;
  readonly cover: Cover;
  /** What no control can show: the evidence to keep, or why there is none. Empty where controls show it all. */
  readonly beyond: string;
  /** Controls that help with something that only a process can do. */
  readonly supportedBy: readonly string[];
}

/** One edition of a framework. Ids of different editions are never translated into each other. */
export interface FrameworkTable {
  readonly name: string;
  readonly title: string;
  /** Which ids a control names of it. A letter in parentheses, such as in `5.2.3(a)`, is the finding that the id belongs to. */
  readonly named: (frameworks: Frameworks) => readonly string[];
  readonly ids: readonly FrameworkId[];
}

const editions: readonly Omit<FrameworkTable, "ids">[] = [
  { name: "cis-1.12", title: "CIS Kubernetes Benchmark 1.12", named: ({ cis }) => cis?.["1.12"] ?? [] },
  { name: "nsa-1.2", title: "NSA/CISA Kubernetes Hardening Guide 1.2", named: ({ nsa }) => nsa?.["1.2"] ?? [] },
  { name: "owasp-2022", title: "OWASP Kubernetes Top Ten 2022", named: ({ owasp }) => owasp?.["2022"] ?? [] },
  { name: "owasp-2025", title: "OWASP Kubernetes Top Ten 2025", named: ({ owasp }) => owasp?.["2025"] ?? [] },
  { name: "pss", title: "Pod Security Standards", named: ({ pss }) => pss ?? [] },
  { name: "seed", title: "The hardening checklist that Portcullis started from", named: ({ seed }) => seed ?? [] },
];

/** Every framework that controls name, with all that it asks for. */
export function frameworkTables(): readonly FrameworkTable[] {
  return editions.map((edition) => ({ ...edition, ids: readTable(edition.name) }));
}

const header = "id\tasks\tcover\tbeyond\tsupported by";

function readTable(name: string): readonly FrameworkId[] {
  const [first, ...lines] = readFileSync(new URL(`../../src/frameworks/tables/${name}.tsv`, import.meta.url), "utf8").trimEnd().split("\n");
  if (first !== header) throw new Error(`${name}.tsv has another header`);
  return lines.map((line) => {
    const [id = "", asks = "", cover = "", beyond = "", supportedBy = ""] = line.split("\t");
    return { id, asks, cover: cover as Cover, beyond, supportedBy: supportedBy.split(" ").filter((control) => control !== "") };
  });
}
