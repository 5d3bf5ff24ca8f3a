import { type CaseRequest, isObject, nothing, partAt, partsOf, type Place, withPart } from "./request.ts";

/** Members without which an object is no longer one that people would write. */
const identity: ReadonlySet<unknown> = new Set(["apiVersion", "kind", "name", "image"]);

/**
 * The request with all left out that the test does not need: settings go back to their defaults, then parts go, from the
 * outermost to the innermost, for as long as the request stays valid and the test holds.
 */
export function shrink(request: CaseRequest, { parameters: defaults, kubernetesMinor }: Pick<CaseRequest, "parameters" | "kubernetesMinor">, test: (request: CaseRequest) => boolean): CaseRequest {
  let best = request;
  const attempt = (smaller: CaseRequest): boolean => {
    if (!test(smaller)) return false;
    best = smaller;
    return true;
  };
  const { oldObject: _old, ...created } = best;
  if (best.oldObject !== undefined) attempt({ ...created, operation: "CREATE" });
  if (best.kubernetesMinor !== kubernetesMinor) attempt({ ...best, kubernetesMinor });
  if (best.namespace !== undefined) attempt(withPart(best, ["namespace"], nothing) as CaseRequest);
  for (const [name, value] of Object.entries(defaults)) if (best.parameters[name] !== value) attempt({ ...best, parameters: { ...best.parameters, [name]: value } });
  for (let round = 0, before: CaseRequest | undefined; round < 3 && before !== best; round += 1) {
    before = best;
    for (const place of removals(best, defaults)) if (partAt(best, place) !== undefined) attempt(withPart(best, place, nothing) as CaseRequest);
  }
  // A pod without containers fits its schema, but nobody writes one.
  if (JSON.stringify(partAt(best, ["object", "spec", "containers"])) === "[]") attempt(withPart(best, ["object", "spec", "containers"], [plainContainer]) as CaseRequest);
  return best;
}

const plainContainer = { name: "web", image: "registry.k8s.io/pause:3.10" };

/** The places that may go, the outermost first: what goes early takes most along. */
function removals(request: CaseRequest, defaults: Readonly<Record<string, unknown>>): readonly Place[] {
  const roots = ["object", "oldObject", "user", "namespace", "others"] as const;
  const parts = roots.flatMap((root) => partsOf(request[root], [root]).filter(([place]) => place.length > 1));
  const parameters = Object.entries(request.parameters).flatMap(([name, value]) => (Array.isArray(value) && value !== defaults[name] ? [...value.keys()].map((index): Place => ["parameters", name, index]) : []));
  const places = [...parts.filter(([place, part]) => !isKept(request, place, part)).map(([place]) => place), ...parameters];
  // Of a list, the last element goes first, so that the others stay where they are.
  return places.reverse().sort((left, right) => left.length - right.length);
}

function isKept(request: CaseRequest, place: Place, part: unknown): boolean {
  const last = place.at(-1);
  if (identity.has(last)) return !isObject(part);
  if (last === "metadata" && place.length === 2) return true;
  // Schemas let a Pod go without a spec, but an API server does not.
  if (last === "spec" && place.length === 2) return partAt(request, [place[0] ?? "", "kind"]) === "Pod";
  // A pod without a container is none that an API server takes; the last one stays.
  if (typeof last !== "number" || place.at(-2) !== "containers") return last === "containers";
  const list = partAt(request, place.slice(0, -1));
  return Array.isArray(list) && list.length === 1;
}
