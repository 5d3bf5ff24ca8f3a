import type { OpaManifest } from "../backends/opa/manifest.ts";

/** What is known of the controls at hand before anything is judged: the manifest of a bundle without its engine. */
export type Catalogue = Pick<OpaManifest, "kubernetes" | "controls">;
