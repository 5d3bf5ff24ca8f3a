import type { Runner } from "../runner.ts";
import { falco } from "./falco.ts";
import { gator } from "./gator.ts";
import { kubeApiserver } from "./kube-apiserver.ts";
import { kyverno } from "./kyverno.ts";
import { opa } from "./opa.ts";
import { opaWasm } from "./opa-wasm.ts";

/** The register: a new engine is one file and one line here. */
export const runners: readonly Runner[] = [opaWasm, opa, kubeApiserver, gator, kyverno, falco];
