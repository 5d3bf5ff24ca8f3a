import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { judge } from "portcullis/testing";
import { kindNameOf } from "../src/plain/object-set.ts";
import { scopeOf } from "../src/kubernetes/scope.ts";
import { createSchemaValidator } from "../src/kubernetes/schema-validator.ts";
import { standardControls } from "./policies.ts";

const controls = await standardControls();
const schemas = createSchemaValidator();

/** What a case says of one violation, in the form that fail cases are written in. */
type Expected = string | { readonly finding: string; readonly path: string };

const sorted = (list: readonly Expected[]): Expected[] => [...list].sort((left, right) => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1));

for (const { id, domain, control } of controls) {
  describe(`${domain}/${id}`, () => {
    const found = ({ name: _name, ...asked }: (typeof control.pass)[number]): Expected[] =>
      judge(control, id, asked).map(({ finding, path }) => (finding === undefined ? path : { finding, path }));

    for (const [index, passing] of control.pass.entries()) {
      it(`passes case ${index + 1}: ${passing.name ?? "as it stands"}`, () => expect(found(passing)).toEqual([]));
    }

    for (const [index, failing] of control.fail.entries()) {
      it(`fails case ${index + 1}: ${failing.name ?? "as it stands"}`, () => {
        expect(failing.at.length).toBeGreaterThan(0);
        expect(sorted(found(failing))).toEqual(sorted(failing.at));
      });
    }

    it("has cases that are plain data and whole manifests of the kinds it judges, by their schemas", () => {
      for (const { namespace, object, oldObject, operation = "CREATE", others = [] } of [...control.pass, ...control.fail]) {
        expect(control.match.kinds).toContain(kindNameOf(object));
        expect(kindNameOf(oldObject)).toBe(operation === "UPDATE" ? kindNameOf(object) : undefined);
        for (const each of [object, ...(oldObject === undefined ? [] : [oldObject]), ...(namespace === undefined ? [] : [namespace]), ...others]) {
          const { apiVersion, kind } = each as { apiVersion: string; kind: string };
          expect(JSON.parse(JSON.stringify(each))).toEqual(each);
          expect(schemas.validate(apiVersion, kind, each)).toMatchObject({ known: true, errors: [] });
        }
      }
    });

    it("has cases whose other objects are as a cluster has them: each with a name and, where it belongs in one, a namespace", () => {
      const nameless = [...control.pass, ...control.fail].flatMap(({ others = [] }) => others).filter((each) => {
        const { apiVersion, kind, metadata } = each as { apiVersion: string; kind: string; metadata?: { name?: string; namespace?: string } };
        return metadata?.name === undefined || (scopeOf(apiVersion, kind) === "Namespaced") !== (metadata.namespace !== undefined);
      });
      expect(nameless).toEqual([]);
    });

    it("has at least two cases each way, on objects of more than one kind where it judges several", () => {
      expect(control.pass.length).toBeGreaterThanOrEqual(2);
      expect(control.fail.length).toBeGreaterThanOrEqual(2);
      const kinds = new Set([...control.pass, ...control.fail].map(({ object }) => (object as { kind: string }).kind));
      expect(kinds.size).toBeGreaterThanOrEqual(Math.min(2, control.match.kinds.length));
    });

    it("is hit in each of its findings by a case", () => {
      const hit = control.fail.flatMap(({ at }) => at.map((violation) => (typeof violation === "string" ? undefined : violation.finding)));
      expect(new Set(hit)).toEqual(new Set(Object.keys(control.findings).length === 0 ? [undefined] : Object.keys(control.findings)));
    });

    it("names framework ids in their form, with letters of its own findings only", () => {
      const { pss = [], cis = {}, nsa = {}, owasp = {}, seed = [], ...unknown } = control.frameworks;
      expect(unknown).toEqual({});
      const form = (ids: readonly string[], pattern: RegExp) => expect(ids.filter((framework) => !pattern.test(framework))).toEqual([]);
      form(pss, /^[a-z][A-Za-z]+(_baseline|_restricted)?$/);
      form(Object.values(cis).flat(), /^[1-5](\.[0-9]{1,2}){1,2}(\([a-z]\))?$/);
      form(Object.values(nsa).flat(), /^[a-z]+\/[a-z0-9-]+(\([a-z]\))?$/);
      form(Object.values(owasp).flat(), /^K(0[1-9]|10)(\([a-z]\))?$/);
      form(seed, /^[HLWPNTRUDVO][0-9]{2}(\([a-z]\))?$/);
      form(Object.keys(cis), /^1\.12$/);
      form(Object.keys(nsa), /^1\.2$/);
      form(Object.keys(owasp), /^(2022|2025)$/);
      const ids = [...pss, ...seed, ...[cis, nsa, owasp].flatMap((editions) => Object.values(editions).flat())];
      expect(ids).not.toEqual([]);
      const letters = ids.flatMap((framework) => /\(([a-z])\)$/.exec(framework)?.[1] ?? []);
      expect(letters.filter((letter) => control.findings[letter] === undefined)).toEqual([]);
    });

    it("has texts for its readers: a title without a full stop, a description and a remediation in sentences", () => {
      expect(control.title).toMatch(/^[A-Z].*[^.]$/);
      expect(control.description).toMatch(/^[A-Z].*\.$/s);
      expect(control.remediation).toMatch(/^[A-Z].*\.$/s);
      expect(Object.values(control.findings).filter((text) => !/^\S.*[^.]$/.test(text))).toEqual([]);
    });

    it("has parameters whose defaults, and whose values in cases, fit their own schema, and a description for each", () => {
      for (const [name, parameter] of Object.entries(control.parameters)) {
        const fits = new Ajv().compile(parameter.schema);
        const values = [...control.pass, ...control.fail].flatMap(({ parameters = {} }) => (name in parameters ? [(parameters as Readonly<Record<string, unknown>>)[name]] : []));
        expect([parameter.default, ...values].filter((value) => !fits(value))).toEqual([]);
        expect(parameter.description).toMatch(/^[A-Z].*\.$/s);
      }
    });

    it("is given no parameters by its cases but those that it has", () => {
      expect([...control.pass, ...control.fail].flatMap(({ parameters = {} }) => Object.keys(parameters)).filter((name) => control.parameters[name] === undefined)).toEqual([]);
    });
  });
}

it("has a file name in kebab-case for each control, used once", () => {
  const ids = controls.map(({ id }) => id);
  expect(ids.filter((id) => !/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(id))).toEqual([]);
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
});

it("replaces only controls that exist", () => {
  const ids = new Set(controls.map(({ id }) => id));
  expect(controls.flatMap(({ control }) => control.replaces.map((row) => row.control)).filter((id) => !ids.has(id))).toEqual([]);
});

it("keeps the parameters that the catalogue promises, with their defaults", () => {
  const promised: Record<string, Record<string, unknown>> = {
    "wildcard-rules": { allowedRoles: [], allowSubresourceWildcard: false },
    "pod-security-labels": { enforce: "restricted", audit: "restricted", warn: "restricted", exemptNamespaces: ["kube-system", "kube-public", "kube-node-lease"] },
    "allowed-registries": { registries: ["registry.k8s.io"], defaultRegistry: "docker.io" },
    "service-external-ips": { allowedIps: [] },
    "encryption-providers": { resources: ["secrets"], providers: ["kms", "secretbox", "aescbc"], preferred: ["kms", "secretbox"] },
  };
  for (const [name, parameters] of Object.entries(promised)) {
    const control = controls.find(({ id }) => id === name)?.control;
    expect(Object.fromEntries(Object.entries(control?.parameters ?? {}).map(([key, parameter]) => [key, parameter.default]))).toMatchObject(parameters);
  }
});

it("has one control for each of the nineteen Pod Security checks, none of them with a parameter that could bend it", () => {
  const podSecurity = controls.filter(({ domain }) => domain === "pod-security").map(({ control }) => control);
  expect(podSecurity.flatMap(({ frameworks }) => frameworks.pss ?? []).sort()).toEqual([
    "allowPrivilegeEscalation", "appArmorProfile", "capabilities_baseline", "capabilities_restricted", "hostNamespaces", "hostPathVolumes", "hostPorts", "hostProbesAndHostLifecycle", "privileged", "procMount",
    "procMount_restricted", "restrictedVolumes", "runAsNonRoot", "runAsUser", "seLinuxOptions", "seccompProfile_baseline", "seccompProfile_restricted", "sysctls", "windowsHostProcess",
  ]);
  expect(podSecurity.filter(({ parameters }) => Object.keys(parameters).length > 0)).toEqual([]);
});
