import { Ajv, type ValidateFunction } from "ajv";
import fc from "fast-check";
import { expect, it } from "vitest";
import { kubernetesSchemas } from "../../src/kubernetes/schema-store.ts";
import { createSchemaValidator } from "../../src/kubernetes/schema-validator.ts";

const schemas = kubernetesSchemas();
const validator = createSchemaValidator();

const pod = {
  metadata: { name: "a", labels: { app: "a" }, creationTimestamp: "2026-01-02T03:04:05Z" },
  spec: {
    containers: [
      {
        name: "web",
        imagePullPolicy: "Always",
        args: ["a"],
        ports: [{ containerPort: 80, protocol: "TCP" }],
        env: [{ name: "A", value: "1" }],
        resources: { limits: { cpu: "500m", memory: 1 } },
        livenessProbe: { httpGet: { path: "/", port: "http" } },
        securityContext: { privileged: false, runAsUser: 1, capabilities: { drop: ["ALL"] } },
      },
    ],
    tolerations: [{ operator: "Exists" }],
    volumes: [{ name: "a", emptyDir: { sizeLimit: "1Gi" } }],
  },
};

const documents = {
  "v1/Pod": pod,
  "apps/v1/StatefulSet": { spec: { selector: { matchLabels: { app: "a" } }, template: pod, volumeClaimTemplates: [{ metadata: { name: "a" } }] } },
  "v1/Secret": { data: { a: "YQ==" }, stringData: { a: "b" }, type: "Opaque" },
  "networking.k8s.io/v1/NetworkPolicy": { spec: { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: "10.0.0.0/8", except: [] } }], ports: [{ port: 80 }] }] } },
  "rbac.authorization.k8s.io/v1/Role": { rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }] },
  "apiserver.config.k8s.io/v1/EncryptionConfiguration": { resources: [{ resources: ["secrets"], providers: [{ aesgcm: { keys: [{ name: "a", secret: "b" }] } }, { identity: {} }] }] },
};

const hostile = [null, true, 0, 80, 1.5, 2 ** 31, -1, "", "80", "true", "Always", "1Gi", "1 Gi", "YQ==", "2026-01-02T03:04:05Z", [], {}, [null], [{}], { name: "a" }, { a: null }, { type: "string" }];

/** A compiled ajv schema of the kind, with the three formats that the schemas name. */
function ajvFor(name: string): ValidateFunction {
  const ajv = new Ajv({
    strict: false,
    allErrors: true,
    formats: {
      int32: { type: "number", validate: (value: number) => value >= -(2 ** 31) && value < 2 ** 31 },
      byte: (text: string) => /^[A-Za-z0-9+/]*={0,2}$/.test(text) && text.length % 4 === 0,
      "date-time": (text: string) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text),
    },
  });
  ajv.addSchema({ $id: "kubernetes", definitions: schemas.definitions });
  return ajv.compile({ $ref: `kubernetes#/definitions/${schemas.kinds[name] ?? ""}` });
}

/** Every place in a document, as the steps to it. */
function placesIn(value: unknown, here: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof value !== "object" || value === null) return [here];
  return [here, ...Object.entries(value).flatMap(([step, member]) => placesIn(member, [...here, step]))];
}

/** Puts a hostile value at a place, or beside it under a name of its own. */
function damaged(document: object, place: readonly (string | number)[], value: unknown, beside: string | undefined): object {
  const copy = structuredClone(document);
  const steps = beside === undefined ? place : [...place, beside];
  let owner: Record<string | number, unknown> = copy as Record<string, unknown>;
  for (const step of steps.slice(0, -1)) {
    const next = owner[step];
    if (typeof next !== "object" || next === null) return copy;
    owner = next as Record<string, unknown>;
  }
  const last = steps.at(-1);
  if (last !== undefined && !(Array.isArray(owner) && beside !== undefined)) owner[last] = structuredClone(value);
  return copy;
}

for (const [name, body] of Object.entries(documents)) {
  it(`finds a ${name} good or bad as ajv does with the same schemas`, () => {
    const cut = name.lastIndexOf("/");
    const [apiVersion, kind] = [name.slice(0, cut), name.slice(cut + 1)];
    const sound = { apiVersion, kind, ...body };
    const ajv = ajvFor(name);
    expect(ajv(sound)).toBe(true);
    const damage = fc.record({
      place: fc.constantFrom(...placesIn(sound)),
      value: fc.constantFrom(...hostile),
      beside: fc.option(fc.constantFrom("name", "spec", "items", "type", "key", "port", "selector", "unknown", "immutable"), { nil: undefined }),
    });
    let bad = 0;
    fc.assert(
      fc.property(fc.array(damage, { minLength: 1, maxLength: 3 }), (damages) => {
        const document = damages.reduce<object>((current, { place, value, beside }) => damaged(current, place, value, beside), sound);
        const result = validator.validate(apiVersion, kind, document);
        const verdict = result.known && result.errors.length === 0;
        if (!verdict) bad += 1;
        expect(verdict).toBe(ajv(document));
      }),
      { numRuns: 1500 },
    );
    expect(bad).toBeGreaterThan(100);
  });
}
