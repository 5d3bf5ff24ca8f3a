/**
 * Reads the closed sets of values ("+enum" types) out of Kubernetes' own `zz_generated.openapi.go`.
 * The published OpenAPI files leave them out, because API servers may know more values than their clients;
 * for one pinned minor they are exact.
 *
 * @param {string} source the Go file, as openapi-gen printed and gofmt laid it out
 * @returns {Map<string, string[]>} from `io.k8s.api.core.v1.Container/imagePullPolicy` to its values, sorted
 */
export function readGoEnums(source) {
  const packages = importsOf(source);
  const functions = new Map();
  for (const [, alias, type, fn] of source.matchAll(/^\t\t(\w+)\.(\w+)\{\}\.OpenAPIModelName\(\):\s+(\w+)\(ref\),$/gm)) {
    const path = packages.get(alias);
    if (path !== undefined) functions.set(fn, `${definitionPrefix(path)}.${type}`);
  }
  const enums = new Map();
  for (const body of source.split(/^func /m)) {
    const definition = functions.get(body.slice(0, body.indexOf("(")));
    if (definition === undefined) continue;
    let property = "";
    for (const line of body.split("\n")) {
      property = /^\t{5}"([^"]+)": \{$/.exec(line)?.[1] ?? property;
      const values = /^\t+Enum:\s+\[\]interface\{\}\{(.*)\},$/.exec(line)?.[1];
      if (values !== undefined) enums.set(`${definition}/${property}`, JSON.parse(`[${values}]`));
    }
  }
  return enums;
}

/** @param {string} source */
function importsOf(source) {
  const block = source.slice(source.indexOf("import ("), source.indexOf("\n)"));
  return new Map([...block.matchAll(/^\t(\w+) "([^"]+)"$/gm)].map(([, alias, path]) => [alias, path]));
}

/** `k8s.io/api/core/v1` names its definitions `io.k8s.api.core.v1.…`. @param {string} path */
function definitionPrefix(path) {
  const [host = "", ...rest] = path.split("/");
  return [...host.split(".").reverse(), ...rest].join(".");
}
