/** All that a control may import. */
export { type CheckContext, type Deny, type Lookup } from "./context.ts";
export { type Control, type ControlDefinition, defineControl, type Frameworks, type Severity } from "./control.ts";
export { containerWith, workload } from "./fixtures.ts";
export { characters, cidrContains, decimal, lowerAscii } from "./intrinsics.ts";
export { addressInside, addressInsideAny, blocksOverlap, isAddress } from "./library/addresses.ts";
export { type AnyContainer, allContainers, initAndMainContainers } from "./library/containers.ts";
export { durationInSeconds } from "./library/durations.ts";
export { matchesAnyGlob, matchesGlob, textAfter } from "./library/globs.ts";
export { imageDigest, imageIsUnder, imageRegistry, imageRepository, imageTag, normalisedImage } from "./library/images.ts";
export { hasUserNamespace, runsOnWindows } from "./library/pods.ts";
export { quantityInMilli } from "./library/quantities.ts";
export { versionNumber } from "./library/versions.ts";
export { kinds, type KindName, podBearing, type PodTemplate } from "./match.ts";
export { boolean, choice, choices, globs, integer, type Parameter, string, strings } from "./parameters.ts";
export type * from "../kubernetes/index.ts";
