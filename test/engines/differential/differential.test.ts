import { testEveryEngine } from "./suite.ts";

/** How many random objects each control judges, and what they are made from. A longer run: PORTCULLIS_OBJECTS=5000 PORTCULLIS_SEED=$RANDOM. */
const objects = Number(process.env["PORTCULLIS_OBJECTS"] ?? 500);
const seed = Number(process.env["PORTCULLIS_SEED"] ?? 1);

/** Controls of configuration files, which no request brings. */
const onlyInFiles = new Set(["encryption-providers"]);

/** Controls that look at other objects for all that they find, and engines that show a policy one object. */
const onlyAmongOthers = new Set(["dangling-bindings", "default-deny-policies", "namespace-quotas"]);
const oneAtATime = new Set(["gatekeeper-cel", "kubernetes", "kyverno-legacy"]);

testEveryEngine("policies", {
  objects,
  seed,
  refused: (control, engine) => (onlyInFiles.has(control) && engine !== "opa-wasm") || (onlyAmongOthers.has(control) && oneAtATime.has(engine)),
  sparesNullElements: false,
  weighsVerdicts: true,
});
