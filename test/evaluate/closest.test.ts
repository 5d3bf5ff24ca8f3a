import { expect, it } from "vitest";
import { closestName, didYouMean } from "../../src/text/closest.ts";

const names = ["host-ports", "host-probes", "privileged-containers"];

it.each([
  ["host-port", "host-ports"],
  ["HOST-PORTS", "host-ports"],
  ["hsot-ports", "host-ports"],
  ["privileged-container", "privileged-containers"],
  ["zzz", undefined],
  ["", undefined],
])("takes %j for %j", (word, meant) => {
  expect(closestName(word, names)).toBe(meant);
});

it("says nothing where no name is near", () => {
  expect(didYouMean("host-prots", names)).toBe(' Did you mean "host-ports"?');
  expect(didYouMean("network", names)).toBe("");
});
