import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

// JavaScript, so that the benchmarks, which Node runs as they stand, find the same binaries as the tests.

/** Each real engine: the folder beside this file that pins it (go.mod, go.sum), and what to build there. */
export const engines = {
  opa: { folder: "opa", package: "github.com/open-policy-agent/opa" },
  gator: { folder: "gatekeeper", package: "github.com/open-policy-agent/gatekeeper/v3/cmd/gator" },
  kyverno: { folder: "kyverno", package: "github.com/kyverno/kyverno/cmd/cli/kubectl-kyverno" },
  conftest: { folder: "conftest", package: "github.com/open-policy-agent/conftest" },
  "kube-score": { folder: "kube-score", package: "github.com/zegl/kube-score/cmd/kube-score" },
  "pod-security": { folder: "kubernetes", package: "." },
  admission: { folder: "admission", package: "." },
  etcd: { folder: "etcd", package: "go.etcd.io/etcd/server/v3" },
  "kube-apiserver": { folder: "kube-apiserver", package: "k8s.io/kubernetes/cmd/kube-apiserver" },
  "kube-controller-manager": { folder: "kube-apiserver", package: "k8s.io/kubernetes/cmd/kube-controller-manager" },
  "audit-policy": { folder: "kube-apiserver", package: "./audit-policy" },
  kubectl: { folder: "kube-apiserver", package: "k8s.io/kubernetes/cmd/kubectl" },
  gatekeeper: { folder: "gatekeeper", package: "github.com/open-policy-agent/gatekeeper/v3" },
  "kyverno-controller": { folder: "kyverno", package: "github.com/kyverno/kyverno/cmd/kyverno" },
  "gatekeeper-judge": { folder: "gatekeeper", package: "./judge" },
  "kyverno-judge": { folder: "kyverno", package: "./judge" },
  k8saudit: { folder: "k8saudit", package: "." },
  tetragon: { folder: "tetragon", package: "." },
};

/** The folder that pins an engine. */
export const engineFolder = (name) => fileURLToPath(new URL(engines[name].folder, import.meta.url));

/** The binary that `PORTCULLIS_ENGINE_<NAME>` names, if any. */
export const givenBinary = (name) => process.env[`PORTCULLIS_ENGINE_${name.replaceAll("-", "_").toUpperCase()}`];

/** Where a built binary is kept: in `$PORTCULLIS_ENGINES`, else outside the work tree, under a name that changes with its pins. */
export function keptBinary(name) {
  const folder = process.env.PORTCULLIS_ENGINES ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "portcullis", "engines");
  return join(folder, `${name}-${keyOf(engineFolder(name), engines[name].package)}`);
}

/** The hash of the pins, and of the Go beside them where that is what is built. */
function keyOf(folder, built) {
  const hash = createHash("sha256");
  const own = built.startsWith(".") ? readdirSync(join(folder, built), { recursive: true }).map(String).filter((file) => file.endsWith(".go")).map((file) => join(built, file)) : [];
  for (const file of [...own, "go.mod", "go.sum"].sort()) hash.update(file).update("\0").update(readFileSync(join(folder, file)));
  return hash.digest("hex").slice(0, 16);
}
