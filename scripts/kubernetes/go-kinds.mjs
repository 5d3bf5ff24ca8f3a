import { readGoPackage } from "./go-source.mjs";
import { addDefinition } from "./model.mjs";
import { literalFields } from "./structural.mjs";

/**
 * A pin of component-configs.json: kinds that a component of Kubernetes decodes from a file.
 *
 * @typedef {{ source: string, package: string, apiVersion: string, module: string, kinds: string[], required?: { except: string[] }, types?: Record<string, string> }} Pin
 *   `required`: a field without `omitempty` must be there, but for those that are named as `Struct/field`; where it is left out,
 *   every document is taken, since validation, which is not read here, decides. `types` gives the type of a field that Go leaves open, as `Struct/field`.
 */

/** Types of Go that read and write their JSON themselves. @type {Record<string, import("./model.mjs").Type>} */
const wellKnown = {
  "k8s.io/apimachinery/pkg/apis/meta/v1.Duration": { kind: "string" },
  "k8s.io/apimachinery/pkg/apis/meta/v1.Time": { kind: "time" },
  "k8s.io/apimachinery/pkg/apis/meta/v1.MicroTime": { kind: "micro-time" },
  "k8s.io/apimachinery/pkg/runtime.RawExtension": { kind: "json-object" },
  "k8s.io/apimachinery/pkg/runtime.Unknown": { kind: "json-object" },
  "k8s.io/apimachinery/pkg/api/resource.QuantityValue": { kind: "quantity" },
  "k8s.io/component-base/logs/api/v1.TimeOrMetaDuration": { kind: "union", of: [{ kind: "int64" }, { kind: "string" }] },
  "k8s.io/kubernetes/cmd/kubeadm/app/apis/bootstraptoken/v1.BootstrapTokenString": { kind: "string" },
  "k8s.io/api/core/v1.ResourceList": { kind: "map", values: { kind: "quantity" } },
  "k8s.io/api/core/v1.PullPolicy": { kind: "string" },
  "k8s.io/api/core/v1.HostPathType": { kind: "string" },
};

/** @type {Record<string, import("./model.mjs").Type>} */
const basic = {
  string: { kind: "string" }, bool: { kind: "boolean" }, float32: { kind: "number" }, float64: { kind: "number" },
  int: { kind: "int64" }, int32: { kind: "int32" }, int64: { kind: "int64" }, uint: { kind: "int64" }, uint32: { kind: "int64" }, uint64: { kind: "int64" },
};

/**
 * Adds the kinds of a pin, and every type that they lead to, to a model that has Kubernetes' own kinds.
 *
 * @param {import("./model.mjs").Model} model
 * @param {Pin} pin
 * @param {(packagePath: string, from: string) => string} folderOf the folder of a package, as `from`, a module, has it
 */
export function addGoKinds(model, pin, folderOf) {
  const [group = "", version = ""] = pin.apiVersion.split("/");
  model.origins.set(pin.module, pin.source.replace("@", `/${pin.package}@`));
  new GoKinds(model, pin, [...group.split(".").reverse(), version].join("."), folderOf).addAll();
}

class GoKinds {
  /** @type {Map<string, import("./go-source.mjs").GoPackage>} */
  #packages = new Map();

  /** @param {import("./model.mjs").Model} model @param {Pin} pin @param {string} prefix @param {(packagePath: string, from: string) => string} folderOf */
  constructor(model, pin, prefix, folderOf) {
    this.model = model;
    this.pin = pin;
    this.prefix = prefix;
    this.folderOf = folderOf;
  }

  addAll() {
    const path = [this.pin.source.split("@")[0], this.pin.package].join("/");
    for (const kind of this.pin.kinds) {
      const definition = this.#struct(path, kind, kind);
      this.model.kinds.push({ apiVersion: this.pin.apiVersion, kind, definition });
    }
  }

  /** @param {string} path */
  #package(path) {
    const known = this.#packages.get(path) ?? readGoPackage(this.folderOf(path, this.pin.source));
    this.#packages.set(path, known);
    return known;
  }

  /** The definition of a struct; made where it is not known yet. @param {string} path @param {string} name @param {string} [kind] @returns {string} */
  #struct(path, name, kind) {
    const full = `${this.prefix}.${name}`;
    if (this.model.definitions.has(full)) return full;
    const type = this.#package(path).types.get(name);
    if (type?.kind !== "struct") throw new Error(`${path} has no struct ${name}`);
    const definition = { name: full, module: this.pin.module, typeName: name, description: type.description, fields: kind === undefined ? [] : literalFields(this.pin.apiVersion, kind), open: false };
    addDefinition(this.model, definition);
    definition.fields.push(...this.#fields(path, name, type.fields));
    return full;
  }

  /** @param {string} path @param {string} owner @param {import("./go-source.mjs").GoField[]} fields @returns {import("./model.mjs").Field[]} */
  #fields(path, owner, fields) {
    return fields.flatMap((field) => {
      if (field.json === "") return this.#embedded(path, field.type);
      const given = this.pin.types?.[`${owner}/${field.json}`];
      const type = given === undefined ? this.#type(path, field.type) : /** @type {const} */ ({ kind: "ref", name: given });
      return [{ name: field.json, type, required: this.pin.required?.except.includes(`${owner}/${field.json}`) === false && !field.omitted, description: field.description }];
    });
  }

  /** @param {string} path @param {string} type */
  #embedded(path, type) {
    if (type.endsWith(".TypeMeta")) return [];
    const [home, name] = this.#named(path, type);
    const struct = this.#package(home).types.get(name);
    if (struct?.kind !== "struct") throw new Error(`${home} has no struct ${name}`);
    return this.#fields(home, name, struct.fields);
  }

  /** @param {string} path @param {string} type @returns {import("./model.mjs").Type} */
  #type(path, type) {
    if (type.startsWith("*")) return this.#type(path, type.slice(1));
    if (type === "[]byte") return { kind: "base64" };
    if (type.startsWith("[]")) return { kind: "list", items: this.#type(path, type.slice(2)) };
    const map = /^map\[(\w+)\](.*)$/.exec(type);
    if (map !== null) return { kind: "map", values: this.#type(path, map[2] ?? "") };
    if (basic[type] !== undefined) return basic[type];
    const [home, name] = this.#named(path, type);
    const known = wellKnown[`${home}.${name}`];
    if (known !== undefined) return known;
    if (home.startsWith("k8s.io/api/")) return { kind: "ref", name: `io.${home.replace("k8s.io/api/", "k8s/api/").replaceAll("/", ".")}.${name}` };
    const found = this.#package(home).types.get(name);
    if (found?.kind === "alias") return this.#type(home, found.of);
    return { kind: "ref", name: this.#struct(home, name) };
  }

  /** The package that a type is in, and its name there. @param {string} path @param {string} type @returns {[string, string]} */
  #named(path, type) {
    const [alias = "", name] = type.split(".");
    if (name === undefined) return [path, alias];
    const home = this.#package(path).imports.get(alias);
    if (home === undefined) throw new Error(`${path} imports no ${alias}`);
    return [home, name];
  }
}
