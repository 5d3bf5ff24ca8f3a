import { expect, it } from "vitest";
import { frontend } from "../src/frontend/diagnostics.ts";
import { lowering } from "../src/lowering/diagnostics.ts";
import { languageReference } from "../src/lowering/language-reference.ts";

it("keeps the language reference in step with the language", async () => {
  await expect(languageReference([...Object.values(frontend), ...Object.values(lowering)])).toMatchFileSnapshot("../docs/language.md");
});
