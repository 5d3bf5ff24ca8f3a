import { testEveryEngine } from "./suite.ts";

/** How many random objects each control judges, and what they are made from. A longer run: PORTCULLIS_OBJECTS=5000 PORTCULLIS_SEED=$RANDOM. */
const objects = Number(process.env["PORTCULLIS_OBJECTS"] ?? 500);
const seed = Number(process.env["PORTCULLIS_SEED"] ?? 1);

testEveryEngine("policies", {
  objects,
  seed,
  // A configuration file, which no request brings.
  refused: (control, engine) => control === "encryption-providers" && engine !== "opa-wasm",
  sparesNullElements: false,
  weighsVerdicts: true,
});
