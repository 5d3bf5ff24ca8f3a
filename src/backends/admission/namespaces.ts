import type { MatchRule } from "../../ir/control.ts";
import { any, atom, binary, type Cel, list, method, negate, select, ternary } from "../cel/syntax.ts";
import { stringLiteral } from "../cel/text.ts";

/** Whether a glob is the name of one namespace. */
export const isExact = (glob: string): boolean => !glob.includes("*");

export const isNamespace = ({ apiVersion, kind }: MatchRule["kinds"][number]): boolean => apiVersion === "v1" && kind === "Namespace";

/** Whether the namespace that a request belongs to has one of these names or globs (see `namespaceGlob`). No namespace has none. */
export function inNamespaces(globs: readonly string[], match: MatchRule): Cel {
  const names = globs.filter(isExact);
  const of = namespaceOf(match);
  const named = names.length === 0 ? [] : [binary("in", of, list(...names.map(stringLiteral)))];
  return any([...named, ...globs.filter((glob) => !isExact(glob)).map((glob) => fits(of, glob))]);
}

export const outsideNamespaces = (globs: readonly string[], match: MatchRule): Cel => negate(inNamespaces(globs, match));

function fits(name: Cel, glob: string): Cel {
  if (glob === "*") return binary("!=", name, stringLiteral(""));
  return glob.startsWith("*") ? method(name, "endsWith", stringLiteral(glob.slice(1))) : method(name, "startsWith", stringLiteral(glob.slice(0, -1)));
}

/** The namespace of a request as text, empty where it has none. A Namespace belongs to itself. */
function namespaceOf({ kinds }: MatchRule): Cel {
  const own = select(select(atom("object"), "metadata"), "name");
  const given = method({ kind: "select", target: atom("request"), name: "namespace", optional: true }, "orValue", stringLiteral(""));
  if (!kinds.some(isNamespace)) return given;
  return kinds.every(isNamespace) ? own : ternary(binary("==", select(atom("object"), "kind"), stringLiteral("Namespace")), own, given);
}
