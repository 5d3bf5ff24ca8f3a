import { hoistedList, translateCall } from "./calls.ts";
import { translateCondition } from "./conditions.ts";
import { bindConst } from "./consts.ts";
import { answerTerm, helperTerm } from "./helpers.ts";
import { locate } from "./locating.ts";
import type { Translation } from "./scope.ts";
import { translateTerm } from "./terms.ts";
import { translateWalk } from "./walks.ts";

/** The parts of the translation, put together. */
export const translation: Translation = {
  term: translateTerm,
  holds: translateCondition,
  walk: translateWalk,
  bindConst,
  locate,
  helper: helperTerm,
  answer: answerTerm,
  call: translateCall,
  hoisted: hoistedList,
};
