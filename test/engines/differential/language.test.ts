import { looksUp, showsOneObject } from "../../left-out.ts";
import { compiledControls } from "../admission/policies.ts";
import { testEveryEngine } from "./suite.ts";

/** How many random objects each control judges. A longer run: PORTCULLIS_OBJECTS=5000 PORTCULLIS_SEED=$RANDOM. */
const objects = Number(process.env["PORTCULLIS_OBJECTS"] ?? 300);
const seed = Number(process.env["PORTCULLIS_SEED"] ?? 1);

/** Controls that look at other objects. */
const amongOthers = new Set(compiledControls("test/fixtures/rego").filter(looksUp).map(({ id }) => id));

// Controls that use everything that the language has.
testEveryEngine("test/fixtures/rego", {
  objects,
  seed,
  // A list of lists made into one list, which CEL has only from Kubernetes 1.34 on.
  refused: (control, engine) => (control === "lists" && engine !== "opa-wasm" && engine !== "gatekeeper") || (amongOthers.has(control) && showsOneObject.has(engine)),
  // The API server's types turn a null element into an empty one, so that no policy in CEL ever sees one, and none counts them.
  sparesNullElements: true,
  weighsVerdicts: false,
});
