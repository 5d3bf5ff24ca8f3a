import type { Backend } from "./backend.ts";
import { falco } from "./falco/index.ts";
import { gatekeeper } from "./gatekeeper/index.ts";
import { kubernetes } from "./kubernetes/index.ts";
import { kyverno } from "./kyverno/index.ts";
import { kyvernoLegacy } from "./kyverno-legacy/index.ts";
import { opa } from "./opa/index.ts";
import { tetragon } from "./tetragon/index.ts";

/** The register: adding a backend is one folder and one line here. */
export const backends: readonly Backend[] = [falco, gatekeeper, kubernetes, kyverno, kyvernoLegacy, opa, tetragon];

/** Those whose engines judge objects, by controls. */
export const objectBackends: readonly Backend[] = backends.filter(({ judges }) => judges === "objects");
