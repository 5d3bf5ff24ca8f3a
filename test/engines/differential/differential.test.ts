import { isOfConfiguration, looksUp, showsOneObject } from "../../left-out.ts";
import { compiledControls } from "../admission/policies.ts";
import { testEveryEngine } from "./suite.ts";

/** How many random objects each control judges, and what they are made from. A longer run: PORTCULLIS_OBJECTS=5000 PORTCULLIS_SEED=$RANDOM. */
const objects = Number(process.env["PORTCULLIS_OBJECTS"] ?? 500);
const seed = Number(process.env["PORTCULLIS_SEED"] ?? 1);

const controls = compiledControls("policies");
const configuration = new Set(controls.filter(isOfConfiguration).map(({ id }) => id));

/** Controls that look at other objects. */
const amongOthers = new Set(controls.filter(looksUp).map(({ id }) => id));

testEveryEngine("policies", {
  objects,
  seed,
  refused: (control, engine) => (configuration.has(control) && engine !== "opa-wasm") || (amongOthers.has(control) && showsOneObject.has(engine)),
  sparesNullElements: false,
  weighsVerdicts: true,
});
