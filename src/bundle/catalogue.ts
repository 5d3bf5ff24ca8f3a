import type { OpaManifest } from "../backends/opa/manifest.ts";

/** What is known of the controls at hand before anything is judged: the manifest of a bundle without its engine. */
export interface Catalogue extends Pick<OpaManifest, "kubernetes" | "controls"> {
  /** What watches events, described as controls are. Left out where only objects are judged. */
  readonly detections?: OpaManifest["controls"];
  /** Where events alone are judged. */
  readonly judges?: "events";
}
