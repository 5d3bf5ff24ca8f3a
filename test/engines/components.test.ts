import fc from "fast-check";
import { expect, it } from "vitest";
import { opaDialect } from "../../src/backends/opa/dialect.ts";
import { libraryRules, type LibraryRuleName } from "../../src/backends/opa/library-rules.ts";
import { findRegoCompiler } from "../../src/backends/opa/rego-compiler.ts";
import { loadOpaModule } from "../../src/evaluate/opa-module.ts";
import { componentNames } from "../../src/kubernetes/components/names.ts";
import { componentValue } from "../../src/plain/component-value.ts";

/** The rule `components` of the Rego library, as OPA runs it. */
async function components(): Promise<(object: unknown) => unknown> {
  const compiler = await findRegoCompiler();
  if ("missing" in compiler) throw new Error(compiler.missing);
  const names: readonly LibraryRuleName[] = ["key_segment", "lower_ascii", "components"];
  const texts = names.map((name) => libraryRules[name].text).map((text) => (typeof text === "string" ? text : text(opaDialect)));
  const { errors, wasm } = await compiler.compile({ files: [{ path: "lib.rego", text: ["package portcullis.lib", ...texts].join("\n\n") }], entrypoints: ["portcullis/lib/components"] });
  if (wasm === undefined) throw new Error(JSON.stringify(errors));
  const module = loadOpaModule(wasm, "portcullis/lib/components", ["{}"]);
  return (object) => (JSON.parse(module.evaluate(JSON.stringify({ object }))) as [{ result: unknown }])[0].result;
}

const flagNames = ["anonymous-auth", "anonymous_auth", "profiling", "client-cert-auth", "token-auth-file", "authorization-mode", "authorization-config", "etcd-servers", "etcd-cafile", "enable-admission-plugins", "feature-gates", "cert-file", "trusted-ca-file", "x.y"];
const values = fc.oneof(fc.constantFrom("true", "false", "T", "0", "", "Node,RBAC", " RBAC , ,Webhook", "https://a=b", "--profiling", "-c", "two words", "\u00e9\n"), fc.string({ maxLength: 6 }));
const flags = fc.constantFrom(...flagNames);
const argument = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(fc.constantFrom("--", "--", "--", "-"), flags, fc.constantFrom("=", "=", "")).chain(([dashes, flag, sign]) => (sign === "" ? fc.constant(dashes + flag) : values.map((value) => `${dashes}${flag}=${value}`))) },
  { weight: 2, arbitrary: values },
  { weight: 1, arbitrary: fc.constantFrom<unknown>(null, 1, "-c", "--", "--=x", "---a", "exec kube-apiserver --profiling=false \\\n  --token-auth-file='/a' \"--x.y\"") },
);
const words = fc.oneof({ weight: 5, arbitrary: fc.array(argument, { maxLength: 7 }) }, { weight: 1, arbitrary: fc.constantFrom<unknown>(null, undefined, "text", {}) });
const variables = fc.oneof(fc.constantFrom<unknown>(undefined, null, {}), fc.array(fc.oneof(fc.constant(null), fc.record({ name: fc.constantFrom("ETCD_CERT_FILE", "ETCD_CLIENT_CERT_AUTH", "etcd_cert_file", "HOME", "ETCD_"), value: fc.oneof(values, fc.constant(null)) })), { maxLength: 4 }));
const container = fc.record({ name: fc.constantFrom<unknown>(...componentNames, "web", null), command: words, args: words, env: variables });
const pod = fc.record({ apiVersion: fc.constant("v1"), kind: fc.constantFrom("Pod", "Pod", "Pod", "Service"), spec: fc.oneof({ weight: 8, arbitrary: fc.record({ containers: fc.array(fc.oneof({ weight: 9, arbitrary: container }, { weight: 1, arbitrary: fc.constant(null) }), { maxLength: 3 }) }) }, { weight: 1, arbitrary: fc.constantFrom<unknown>(null, {}) }) });
const own = fc.record({ apiVersion: fc.constant("portcullis.dev/v1"), kind: fc.constant("ComponentFlags"), component: fc.constantFrom<unknown>(...componentNames, "x", null), flags: words });
const extraArgs = fc.oneof(
  fc.array(fc.oneof({ weight: 9, arbitrary: fc.record({ name: flags, value: fc.oneof({ weight: 9, arbitrary: values }, { weight: 1, arbitrary: fc.constant(null) }), mergeMethod: fc.constantFrom<unknown>(undefined, undefined, null, "", "append", "prepend", "join") }) }, { weight: 1, arbitrary: fc.constant(null) }), { maxLength: 5 }),
  fc.dictionary(flags, values, { maxKeys: 4, noNullPrototype: true }),
  fc.constantFrom<unknown>(null, undefined, "x"),
);
const settings = fc.oneof({ weight: 6, arbitrary: fc.record({ extraArgs, extraEnvs: variables }) }, { weight: 1, arbitrary: fc.constantFrom<unknown>(undefined, null, [], "x") });
const external = fc.constantFrom<unknown>(undefined, undefined, null, {}, { endpoints: ["http://a:2379", null, "https://b:2379"], caFile: "", certFile: "/c" }, { endpoints: "x", keyFile: null });
const kubeadm = fc.record({
  apiVersion: fc.constantFrom("kubeadm.k8s.io/v1beta3", "kubeadm.k8s.io/v1beta4", "kubeadm.k8s.io/v1", "kubeadm.k8s.io/v1beta2"),
  kind: fc.constant("ClusterConfiguration"),
  apiServer: settings, controllerManager: settings, scheduler: settings,
  etcd: fc.oneof(fc.record({ local: settings, external }), fc.constantFrom<unknown>(null, undefined)),
});

it("reads the same flags in Rego as in TypeScript, wherever they stand", async () => {
  const evaluate = await components();
  let read = 0;
  fc.assert(
    fc.property(fc.oneof(pod, own, kubeadm), (document) => {
      const object = JSON.parse(JSON.stringify(document)) as unknown;
      const expected = Object.fromEntries(componentNames.flatMap((name) => {
        const value = componentValue(object, name);
        return value === undefined ? [] : [[name, value]];
      }));
      read += Object.keys(expected).length;
      expect(evaluate(object)).toEqual(expected);
    }),
    { numRuns: 1500, seed: 20261125 },
  );
  expect(read).toBeGreaterThan(1000);
});
