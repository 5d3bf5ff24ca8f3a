/** Words of CEL, names that it or an engine gives, and names of types: a variable of that name would not parse or would hide it. */
const reserved: ReadonlySet<string> = new Set([
  ..."true false null in as break const continue else for function if import let loop package namespace return var void while".split(" "),
  ..."object oldObject request params namespaceObject variables authorizer anyObject".split(" "),
  ..."has all exists exists_one map filter transformList transformMap dyn type size int uint double string bool bytes list null_type timestamp duration optional".split(" "),
  ..."ip cidr isIP isCIDR url isURL quantity isQuantity semver isSemver format matches".split(" "),
]);

/** A name that is free and that CEL reads as an identifier. */
export function freeName(wanted: string, isTaken: (name: string) => boolean): string {
  const plain = wanted.replace(/[^A-Za-z0-9_]/g, "").replace(/^(?=[0-9])/, "_") || "value";
  const base = reserved.has(plain) ? `${plain}Value` : plain;
  if (!isTaken(base)) return base;
  for (let number = 2; ; number += 1) if (!isTaken(`${base}${number}`)) return `${base}${number}`;
}
