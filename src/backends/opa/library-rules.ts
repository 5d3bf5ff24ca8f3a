import { podBearingKinds } from "../../kubernetes/pod-bearing.ts";
import { componentRules } from "./component-rules.ts";
import type { RegoDialect } from "./dialect.ts";

interface LibraryRule {
  /** What stands in the library, by itself or as the engine calls what the rule reads. */
  readonly text: string | ((dialect: RegoDialect) => string);
  /** Rules of the same table that it refers to. */
  readonly needs: readonly LibraryRuleName[];
}

export type LibraryRuleName = "kubernetes_minor" | "pod" | "pod_prefix" | "get" | "nth" | "element" | "text_of" | "position" | "index_at" | "key_segment" | "lower_ascii" | "decimal" | "cidr_contains" | "components" | "objects" | "objects_in";

const upper = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];

/** One definition of `pod_prefix` for each API version and place of the pod. */
function podPrefixes({ request }: RegoDialect): string {
  const groups = new Map<string, { readonly apiVersion: string; readonly prefix: string; readonly kinds: string[] }>();
  for (const { apiVersion, kind, podPath } of podBearingKinds) {
    const prefix = podPath.map((name) => `${name}.`).join("");
    const key = `${apiVersion} ${prefix}`;
    const group = groups.get(key) ?? { apiVersion, prefix, kinds: [] };
    groups.set(key, group);
    group.kinds.push(`"${kind}"`);
  }
  return [...groups.values()]
    .map(({ apiVersion, prefix, kinds }) => `pod_prefix := "${prefix}" if {\n\t${request}.object.apiVersion == "${apiVersion}"\n\t${request}.object.kind ${kinds.length === 1 ? `== ${kinds[0] ?? ""}` : `in {${kinds.sort().join(", ")}}`}\n}`)
    .join("\n\n");
}

/** One definition of `pod` for each place of it. */
function pods({ request }: RegoDialect): string {
  const paths = [...new Set(podBearingKinds.map(({ podPath }) => podPath.join(".")))];
  return paths
    .map((path) => (path === "" ? `pod := ${request}.object if pod_prefix == ""` : `pod := template if {\n\tpod_prefix == "${path}."\n\ttemplate := ${request}.object.${path}\n\ttemplate != null\n}`))
    .join("\n\n");
}

const wholeNumber = ` else := format_int(value, 10) if {
	value := object.get(whole, key, null)
	is_number(value)
	value == floor(value)
}`;

/** The rules of the library package that are not compiled from a control, in the order in which they are written. */
export const libraryRules: Readonly<Record<LibraryRuleName, LibraryRule>> = {
  kubernetes_minor: { needs: [], text: ({ kubernetesMinor }) => kubernetesMinor },
  pod_prefix: { needs: [], text: (dialect) => `# The path of the pod in the object under review, as it stands before the names of the pod's members; null where there is no pod.\ndefault pod_prefix := null\n\n${podPrefixes(dialect)}` },
  pod: { needs: ["pod_prefix"], text: (dialect) => `# The pod in the object under review: a Pod itself, or the pod template of a controller. Null where there is none${dialect.wasm ? ":\n# OPA's WASM keeps the value of a rule for the next one that asks, but not that there is none" : ""}.\ndefault pod := null\n\n${pods(dialect)}` },
  get: {
    needs: [],
    text: `# A member of an object, or the fallback where it is missing or null; also of what is no object.
get(whole, key, fallback) := value if {
	value := object.get(whole, key, null)
	value != null
} else := fallback`,
  },
  nth: { needs: [], text: "# An element of a list without nulls; null where there is none.\nnth(list, position) := value if {\n\tvalue := list[position]\n} else := null" },
  element: {
    needs: [],
    text: `# An element of a list by its position, where null elements are not counted; null where there is none.
element(list, position) := items[position] if {
	items := [item | some item in list; item != null]
} else := null`,
  },
  text_of: {
    needs: [],
    text: ({ floats }) => `# A member of an object as text for a message. There is always one, so that an object that breaks its schema hides no violation.${floats ? "\n# Whole numbers are written out: they come as floats here, and a million would be 1e+06." : ""}
text_of(whole, key) := value if {
	value := object.get(whole, key, "undefined")
	is_string(value)
}${floats ? wholeNumber : ""} else := json.marshal(value) if {
	value := object.get(whole, key, null)
	value != null
} else := "undefined"`,
  },
  position: {
    needs: [],
    text: "# The position of an element when null elements are not counted.\nposition(list, index) := count([item |\n\tsome i, item in list\n\titem != null\n\ti < index\n])",
  },
  index_at: {
    needs: [],
    text: `# The index at which an element stands in a list, given its position when null elements are not counted.
index_at(list, position) := indices[position] if {
	indices := [i | some i, item in list; item != null]
} else := position`,
  },
  key_segment: {
    needs: [],
    text: '# A key of a map as a segment of a path: `.name`, or `["a.b/c"]` where it is not a plain name.\nkey_segment(key) := concat("", [".", key]) if {\n\tregex.match(`^[A-Za-z_][A-Za-z0-9_-]*$`, key)\n} else := concat("", ["[\\"", key, "\\"]"])',
  },
  lower_ascii: {
    needs: [],
    text: `# The text with the letters A to Z in lower case, and no others.\nlower_ascii(value) := value if {
	lower(value) == value
} else := strings.replace_n(\n\t{\n${upper.map((letter) => `\t\t"${letter}": "${letter.toLowerCase()}",\n`).join("")}\t},\n\tvalue,\n)`,
  },
  decimal: {
    needs: [],
    text: `# The number that decimal digits denote; leading zeros and a plus sign, which JSON does not know, are taken off.
decimal(digits) := to_number(concat("", [sign, whole, fraction])) if {
	some [_, sign, whole, fraction] in regex.find_all_string_submatch_n(\`^[+]?(-?)0*([0-9]+)(\\.[0-9]+)?$\`, digits, 1)
}`,
  },
  cidr_contains: {
    needs: [],
    text: `# Whether an address or block lies inside a block; false where either is malformed. An IPv4 block holds no IPv6 address, however
# that is written.
cidr_contains(block, inner) if {
	regex.match(\`/(0|[1-9][0-9]*)$\`, block)
	regex.match(\`^[^/]*(/(0|[1-9][0-9]*))?$\`, inner)
	contains(block, ":") == contains(inner, ":")
	net.cidr_contains(block, inner)
}`,
  },
  components: { needs: ["key_segment", "lower_ascii"], text: componentRules },
  objects: { needs: [], text: ({ inventory }) => `# The objects of a kind in the set that is judged.\n${inventory.all}` },
  objects_in: { needs: [], text: ({ inventory }) => `# Those of them that are in a namespace.\n${inventory.inNamespace}` },
};
