import { describe } from "vitest";
import { knownToGatekeeper, saidByGatekeeper, startGatekeeper } from "./gatekeeper.ts";
import { testFront } from "./webhook-front.ts";

const isTemplate = ({ kind }: { readonly kind: string }): boolean => kind === "ConstraintTemplate";
const isSync = ({ kind }: { readonly kind: string }): boolean => kind === "SyncSet";

for (const target of ["gatekeeper", "gatekeeper-cel"]) {
  describe(`the bundle ${target}`, () =>
    testFront({
      target,
      start: startGatekeeper,
      parts: [
        ...(target === "gatekeeper" ? [{ folder: "sync", holds: isSync }] : []),
        { folder: "templates", holds: isTemplate },
        { folder: "constraints", holds: (object) => !isTemplate(object) && !isSync(object) },
      ],
      known: knownToGatekeeper,
      said: saidByGatekeeper,
      isLeftOut: () => false,
      refusesWithAll: true,
      mostContainers: 500,
    }));
}
