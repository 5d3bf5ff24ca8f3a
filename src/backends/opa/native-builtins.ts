/**
 * The builtins that an OPA WASM module carries itself, so that a policy which calls no other needs nothing of its host.
 * From OPA 1.22.2's builtin_metadata.json (`wasm`, without the deprecated ones); an engine test holds the two together.
 */
export const nativeBuiltins: readonly string[] = [
  // operators, assignment, membership, template strings
  ...["and", "assign", "div", "eq", "equal", "gt", "gte", "internal.member_2", "internal.member_3", "internal.template_string"],
  ...["lt", "lte", "minus", "mul", "neq", "or", "plus", "rem"],
  // numbers and bits
  ...["abs", "bits.and", "bits.lsh", "bits.negate", "bits.or", "bits.rsh", "bits.xor", "ceil", "floor", "format_int"],
  ...["numbers.range", "round", "to_number"],
  // aggregates, arrays, sets, objects
  ...["array.concat", "array.flatten", "array.reverse", "array.slice", "count", "graph.reachable", "intersection", "max", "min"],
  ...["object.filter", "object.get", "object.keys", "object.remove", "object.union", "object.union_n", "product", "sort", "sum"],
  ...["union", "walk"],
  // strings
  ...["concat", "contains", "endswith", "indexof", "lower", "replace", "split", "startswith", "strings.replace_n"],
  ...["strings.reverse", "substring", "trim", "trim_left", "trim_prefix", "trim_right", "trim_space", "trim_suffix", "upper"],
  // patterns and addresses
  ...["glob.match", "net.cidr_contains", "net.cidr_intersects", "regex.find_all_string_submatch_n", "regex.is_valid", "regex.match"],
  // encodings
  ...["base64.decode", "base64.encode", "base64.is_valid", "base64url.decode", "base64url.encode", "json.filter", "json.is_valid"],
  ...["json.marshal", "json.remove", "json.unmarshal"],
  // types
  ...["is_array", "is_boolean", "is_null", "is_number", "is_object", "is_set", "is_string", "type_name"],
];
