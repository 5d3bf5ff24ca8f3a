import { booleanFlags, listFlags } from "../../kubernetes/components/flag-types.ts";
import { externalEtcdFlags, kubeadmFlags } from "../../kubernetes/components/kubeadm-flags.ts";
import { componentNames, kubeadmPaths } from "../../kubernetes/components/names.ts";
import type { RegoDialect } from "./dialect.ts";
import { stringText } from "./rego-text.ts";

const rows = (open: string, items: readonly string[], close: string): string => `${open}\n${items.map((item) => `\t${item},\n`).join("")}${close}`;

const setOf = (names: readonly string[]): string => rows("{", names.map(stringText), "}");

const pairs = (entries: Readonly<Record<string, string>>): string => `{${Object.entries(entries).map(([key, value]) => `${stringText(key)}: ${stringText(value)}`).join(", ")}}`;

/** What `readComponent` (src/kubernetes/components) is in TypeScript, as rules of the library. */
export const componentRules = ({ request }: RegoDialect): string => `# The components whose command lines the document says, by name: each with its flags, and \`at\`, the path of their list. A flag has
# its value, the \`items\` between commas, and the paths of the arguments that they stand in.
components := {name: component |
	some name, line in command_lines
	component := {"name": name, "at": line.at, "flags": {flag: value |
		some flag in {setting.flag | some setting in line.settings}
		value := flag_value(flag, line.settings)
	}}
}

# Of a flag that gathers its values all count, of any other the last; an empty one is none.
flag_value(flag, settings) := {"value": boolean_text(flag, last.value), "at": last.at, "items": items} if {
	all := [setting | some setting in settings; setting.flag == flag]
	counted := counted_settings(flag, all)
	last := counted[count(counted) - 1]
	last.value != ""
	items := [{"value": item, "at": setting.at} |
		some setting in counted
		some part in split(setting.value, ",")
		item := trim(part, " ")
		item != ""
	]
}

counted_settings(flag, all) := [setting | some setting in all; setting.value != ""] if {
	flag in list_flags
} else := array.slice(all, count(all) - 1, count(all))

boolean_text(flag, value) := "true" if {
	flag in boolean_flags
	value in {"1", "t", "T", "TRUE", "true", "True"}
} else := "false" if {
	flag in boolean_flags
	value in {"0", "f", "F", "FALSE", "false", "False"}
} else := value

default command_lines := {}

command_lines := {name: line |
	some index, container in ${request}.object.spec.containers
	name := container.name
	name in component_names
	count([i | some i, other in ${request}.object.spec.containers; i < index; other.name == name]) == 0
	line := container_line(name, container, concat("", ["spec.containers[", format_int(index, 10), "]."]))
} if {
	${request}.object.apiVersion == "v1"
	${request}.object.kind == "Pod"
} else := {name: line |
	name := ${request}.object.component
	name in component_names
	line := {"at": "flags", "settings": command_settings(name, words(object.get(${request}.object, "flags", null), "flags"))}
} if {
	${request}.object.apiVersion == "portcullis.dev/v1"
	${request}.object.kind == "ComponentFlags"
} else := {name: line |
	some name, path in kubeadm_paths
	not has_external_etcd(name)
	line := kubeadm_line(name, concat(".", path), object_of(object.get(${request}.object, path, null)))
} if {
	${request}.object.apiVersion in {"kubeadm.k8s.io/v1beta3", "kubeadm.k8s.io/v1beta4", "kubeadm.k8s.io/v1"}
	${request}.object.kind == "ClusterConfiguration"
}

container_line(name, container, prefix) := {"at": concat("", [prefix, list]), "settings": array.concat(variables, given)} if {
	command := words(object.get(container, "command", null), concat("", [prefix, "command"]))
	arguments := words(object.get(container, "args", null), concat("", [prefix, "args"]))
	given := command_settings(name, array.concat(command, arguments))
	variables := environment_settings(name, object.get(container, "env", null), concat("", [prefix, "env"]), given)
	list := argument_list(object.get(container, "args", null))
}

argument_list(args) := "args" if {
	is_array(args)
	some item in args
	item != null
} else := "command"

# The arguments of a list; those of a script behind -c by themselves, without their quotes.
words(list, path) := [word |
	some position, item in items
	is_string(item.text)
	some text in item_words(items, position, item.text)
	word := {"value": text, "at": concat("", [path, "[", format_int(item.index, 10), "]"])}
] if {
	is_array(list)
	items := [{"index": index, "text": text} | some index, text in list; text != null]
} else := []

item_words(items, position, text) := [replace(replace(word, "\\"", ""), "'", "") | some word in split(spaced, " "); word != ""] if {
	position > 0
	items[position - 1].text == "-c"
	spaced := replace(replace(replace(text, "\\t", " "), "\\n", " "), "\\\\", " ")
} else := [text]

# A flag that is no boolean and stands without "=" takes the next word, whatever that is.
command_settings(name, line) := [setting |
	some index, word in line
	not is_taken(openers, index)
	some written in written_flags(name, word.value)
	setting := flag_setting(written, word, line, index)
] if {
	openers := {index |
		some index, word in line
		some written in written_flags(name, word.value)
		written[2] == ""
		not flag_name(written[1]) in boolean_flags
	}
}

# Whether the word before takes this one: of words that could each take the next, every second one is taken itself.
is_taken(openers, index) if {
	(index - 1) in openers
	starts := {0} | {after | some i in numbers.range(0, index - 1); not i in openers; after := i + 1}
	start := max(starts)
	(index - start) % 2 == 1
}

written_flags("etcd", word) := regex.find_all_string_submatch_n(\`^--?([^-=][^=]*)(=((?s:.*)))?$\`, word, 1)

written_flags(name, word) := regex.find_all_string_submatch_n(\`^--([^-=][^=]*)(=((?s:.*)))?$\`, word, 1) if name != "etcd"

flag_setting(written, word, line, index) := {"flag": name, "value": written[3], "at": word.at} if {
	written[2] != ""
	name := flag_name(written[1])
} else := {"flag": name, "value": "true", "at": word.at} if {
	name := flag_name(written[1])
	name in boolean_flags
} else := {"flag": flag_name(written[1]), "value": next.value, "at": next.at} if {
	next := line[index + 1]
}

flag_name(name) := replace(name, "_", "-")

# What etcd takes from its environment: of the flags that the command line does not give.
environment_settings("etcd", variables, path, given) := [setting |
	some index, variable in variables
	is_string(variable.name)
	is_string(variable.value)
	startswith(variable.name, "ETCD_")
	flag := flag_name(lower_ascii(substring(variable.name, 5, -1)))
	not gives(given, flag)
	setting := {"flag": flag, "value": variable.value, "at": concat("", [path, "[", format_int(index, 10), "].value"])}
] if {
	is_array(variables)
} else := []

environment_settings(name, _, _, _) := [] if name != "etcd"

gives(settings, flag) if {
	some setting in settings
	setting.flag == flag
}

has_external_etcd("etcd") if is_object(${request}.object.etcd.external)

object_of(value) := value if {
	is_object(value)
} else := {}

# The flags that kubeadm writes by itself, and those that the configuration gives, which replace or join them.
kubeadm_line(name, path, own) := {"at": at, "settings": array.concat(variables, settings)} if {
	at := concat("", [path, ".extraArgs"])
	given := extra_arguments(object.get(own, "extraArgs", null), at)
	usual := [setting |
		some flag, value in kubeadm_flags[name]
		not is_left_out(flag, given)
		some setting in usual_settings(name, flag, value, at)
	]
	bases := [setting | some base in usual; some setting in merged(base, [each | some each in given; each.flag == base.flag])]
	settings := array.concat(bases, [setting | some setting in given; setting.merge == ""])
	variables := environment_settings(name, object.get(own, "extraEnvs", null), concat("", [path, ".extraEnvs"]), settings)
}

is_left_out("authorization-mode", given) if gives(given, "authorization-config")

usual_settings(_, flag, value, at) := [{"flag": flag, "value": value, "at": at}] if {
	not is_external(flag)
}

usual_settings(_, flag, _, _) := external_settings(flag, object.get(${request}.object.etcd.external, external_etcd_flags[flag], null)) if {
	is_external(flag)
}

is_external(flag) if {
	external_etcd_flags[flag]
	is_object(${request}.object.etcd.external)
}

external_settings(flag, value) := [{"flag": flag, "value": value, "at": concat("", ["etcd.external.", external_etcd_flags[flag]])}] if {
	is_string(value)
} else := [setting |
	some index, text in value
	is_string(text)
	setting := {"flag": flag, "value": text, "at": concat("", ["etcd.external.", external_etcd_flags[flag], "[", format_int(index, 10), "]"])}
] if {
	is_array(value)
} else := []

merged(base, []) := [base]

merged(base, given) := [object.union(last, {"value": concat("", [base.value, last.value])})] if {
	last := given[count(given) - 1]
	last.merge == "append"
} else := [object.union(last, {"value": concat("", [last.value, base.value])})] if {
	last := given[count(given) - 1]
	last.merge == "prepend"
} else := [] if count(given) > 0

extra_arguments(extra, path) := [setting |
	some index, argument in extra
	is_string(argument.name)
	is_string(argument.value)
	setting := {"flag": flag_name(argument.name), "value": argument.value, "at": concat("", [path, "[", format_int(index, 10), "].value"]), "merge": merge_method(argument)}
] if {
	is_array(extra)
} else := [setting |
	some name, value in extra
	is_string(value)
	setting := {"flag": flag_name(name), "value": value, "at": concat("", [path, key_segment(name)]), "merge": ""}
] if {
	is_object(extra)
} else := []

merge_method(argument) := argument.mergeMethod if {
	is_string(argument.mergeMethod)
} else := ""

component_names := ${setOf(componentNames)}

kubeadm_paths := ${rows("{", Object.entries(kubeadmPaths).map(([name, path]) => `${stringText(name)}: [${path.map(stringText).join(", ")}]`), "}")}

kubeadm_flags := ${rows("{", Object.entries(kubeadmFlags).map(([name, flags]) => `${stringText(name)}: ${rows("{", Object.entries(flags).map(([flag, value]) => `\t${stringText(flag)}: ${stringText(value)}`), "\t}")}`), "}")}

external_etcd_flags := ${pairs(externalEtcdFlags)}

boolean_flags := ${setOf(booleanFlags)}

list_flags := ${setOf(listFlags)}`;
