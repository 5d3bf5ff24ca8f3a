import { existsSync } from "node:fs";
import { givenBinary, keptBinary } from "../test/engines/engine-cache.mjs";

/** The binary of an engine: the one that `PORTCULLIS_ENGINE_<NAME>` names, or the one that the engine tests have built. Throws where there is none. */
export function engineBinary(name) {
  const given = givenBinary(name);
  const binary = given ?? keptBinary(name);
  if (existsSync(binary)) return binary;
  throw new Error(given === undefined ? `${name} is not built yet. npm run test:engines builds it; or name a binary with PORTCULLIS_ENGINE_${name.replace("-", "_").toUpperCase()}.` : `There is no ${binary}.`);
}
