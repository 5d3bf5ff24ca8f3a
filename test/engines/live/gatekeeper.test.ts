import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe } from "vitest";
import { root } from "./bundle.ts";
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
        ...(existsSync(join(root, "golden", target, "sync")) ? [{ folder: "sync", holds: isSync }] : []),
        { folder: "templates", holds: isTemplate },
        { folder: "constraints", holds: (object) => !isTemplate(object) && !isSync(object) },
      ],
      known: knownToGatekeeper,
      said: saidByGatekeeper,
      // Gatekeeper refuses such a Namespace by a webhook of its own, whatever the constraints say.
      isLeftOut: ({ kind, metadata }) => kind === "Namespace" && metadata.labels?.["admission.gatekeeper.sh/ignore"] !== undefined,
      refusesWithAll: true,
      mostContainers: 500,
    }));
}
