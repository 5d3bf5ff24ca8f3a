/** Words that a rule or variable must not be called: keywords, documents, and the first parts of builtin functions' names. */
const reserved: ReadonlySet<string> = new Set([
  ..."as default else every false if import in contains not null package some true with input data lib parameters".split(" "),
  ..."abs all and any array assign base64 base64url bits cast_array cast_boolean cast_null cast_object cast_set cast_string ceil concat count crypto div".split(" "),
  ..."endswith eq equal floor format_int glob graph graphql gt gte hex http indexof indexof_n internal intersection io is_array is_boolean is_null".split(" "),
  ..."is_number is_object is_set is_string json lower lt lte max min minus mul neq net numbers object opa or plus print product providers rand re_match".split(" "),
  ..."regex rego rem replace round semver set_diff sort split sprintf startswith strings substring sum time to_number trace trim trim_left trim_prefix".split(" "),
  ..."trim_right trim_space trim_suffix type_name union units upper uri urlquery uuid walk yaml".split(" "),
]);

/** `maxAgeDays` and `max-age-days` as Rego writes names: `max_age_days`. */
export function snakeCase(name: string): string {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1_$2")
    .replace(/[^A-Za-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "")
    .toLowerCase();
  return /^[a-z]/.test(words) ? words : `x_${words}`;
}

/** A snake-case name that is free: neither reserved nor taken. */
export function freeName(wanted: string, isTaken: (name: string) => boolean): string {
  const base = snakeCase(wanted);
  const name = reserved.has(base) ? `the_${base}` : base;
  if (!isTaken(name)) return name;
  for (let number = 2; ; number += 1) if (!isTaken(`${name}_${number}`)) return `${name}_${number}`;
}
