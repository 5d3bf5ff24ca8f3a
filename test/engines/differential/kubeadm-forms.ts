type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * What kubeadm's configuration says, in another of its versions: v1beta3 has arguments by name, the later ones in a list. Of another
 * document, a configuration that says nothing of any component.
 */
export function inKubeadmVersion(object: Json, apiVersion: string): Json {
  if (object["kind"] !== "ClusterConfiguration") return { apiVersion, kind: "ClusterConfiguration", kubernetesVersion: "v1.37.2" };
  return { ...(apiVersion === "kubeadm.k8s.io/v1beta3" ? (withArgumentsByName(object) as Json) : object), apiVersion };
}

/** Of arguments that are given twice the last one stays; variables of the environment are nowhere in that version. */
function withArgumentsByName(value: unknown): unknown {
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== "extraEnvs").map(([name, member]) => [name, name === "extraArgs" && Array.isArray(member) ? byName(member) : withArgumentsByName(member)]));
}

const byName = (list: readonly unknown[]): Json => Object.fromEntries(list.flatMap((each) => (isObject(each) && typeof each["name"] === "string" && typeof each["value"] === "string" ? [[each["name"], each["value"]]] : [])));
