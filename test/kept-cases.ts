import { fileURLToPath } from "node:url";
import { CaseBook } from "../src/bundle/case-book.ts";

/** The derived objects that this repository keeps, for targets that are built in tests as `build` does. */
export const keptCases = new CaseBook([fileURLToPath(new URL("../golden/cases", import.meta.url))]);
