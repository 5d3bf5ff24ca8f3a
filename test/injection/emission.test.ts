import { expect, it } from "vitest";
import { hostileProject } from "./project.ts";

const { controls, diagnostics } = hostileProject();

it("compiles controls whose every text is hostile", () => {
  expect(diagnostics.map(({ code, message }) => `${code} ${message}`)).toEqual([]);
  expect(controls.length).toBeGreaterThan(10);
});
