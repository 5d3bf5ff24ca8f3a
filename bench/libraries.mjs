import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { root } from "./scratch.mjs";

/**
 * Other libraries' policies for the same rule, where a copy is at hand: each variable names a checkout. They are not ours to keep here.
 * A rule of theirs is compared with ours where both look at the same fields; none is word for word the same.
 */
const checkouts = {
  "gatekeeper-library": process.env.PORTCULLIS_GATEKEEPER_LIBRARY,
  "kyverno/policies": process.env.PORTCULLIS_KYVERNO_POLICIES,
  "kubescape/cel-admission-library": process.env.PORTCULLIS_KUBESCAPE_CEL,
};

/** By control: the folder of the library's policy. */
const templates = {
  "privileged-containers": "privileged-containers", "host-namespaces": "host-namespaces", "host-ports": "host-network-ports", "host-probes": "host-probes-lifecycle",
  "windows-host-process": "host-process", "privilege-escalation": "allow-privilege-escalation", "restricted-capabilities": "capabilities", "unsafe-sysctls": "forbidden-sysctls",
  "apparmor-profile": "apparmor", "seccomp-profile": "seccompv2", "restricted-proc-mount": "proc-mount", "selinux-options": "selinux", "restricted-volumes": "volumes", "run-as-non-root": "users",
};
const kyvernoPolicies = {
  "privileged-containers": "baseline/disallow-privileged-containers", "host-namespaces": "baseline/disallow-host-namespaces", "host-ports": "baseline/disallow-host-ports",
  "windows-host-process": "baseline/disallow-host-process", "selinux-options": "baseline/disallow-selinux", "unsafe-sysctls": "baseline/restrict-sysctls",
  "restricted-capabilities": "restricted/disallow-capabilities-strict", "privilege-escalation": "restricted/disallow-privilege-escalation", "run-as-non-root": "restricted/require-run-as-nonroot",
  "run-as-root-user": "restricted/require-run-as-non-root-user", "seccomp-profile": "restricted/restrict-seccomp-strict", "restricted-volumes": "restricted/restrict-volume-types",
};
const kubescapePolicies = { "privileged-containers": "C-0057", "host-namespaces": "C-0038", "host-ports": "C-0044", "privilege-escalation": "C-0016", "run-as-non-root": "C-0013" };

/** Which checkouts are there, and the variable that would name each of the others. */
export const missingLibraries = () => Object.entries(checkouts).filter(([, path]) => path === undefined || !existsSync(path)).map(([name]) => name);

/** Ours and gatekeeper-library's files for each rule: a template and a constraint. */
export function templatePairs() {
  const library = checkouts["gatekeeper-library"];
  if (library === undefined || !existsSync(library)) return [];
  return Object.entries(templates).map(([control, folder]) => {
    const theirs = join(library, "library/pod-security-policy", folder);
    const [sample] = readdirSync(join(theirs, "samples")).sort();
    const ours = (part) => join(root, "golden/gatekeeper", part, "pod-security", `${control}.yaml`);
    return { control, ours: [ours("templates"), ours("constraints")], theirs: [join(theirs, "template.yaml"), join(theirs, "samples", sample, "constraint.yaml")] };
  });
}

const documents = (file) => parseAllDocuments(readFileSync(file, "utf8")).map((document) => document.toJS());

/** ValidatingAdmissionPolicies for each rule: ours, Kyverno's (its CEL as the API server would run it), Kubescape's. */
export function celPolicies() {
  return Object.keys(kyvernoPolicies).map((control) => {
    const kyverno = checkouts["kyverno/policies"];
    const kubescape = checkouts["kubescape/cel-admission-library"];
    const theirs = kyvernoPolicies[control];
    const id = kubescapePolicies[control];
    return {
      control,
      ours: documents(join(root, `golden/kubernetes/pod-security/${control}.yaml`))[0],
      kyverno: kyverno === undefined || !existsSync(kyverno) ? undefined : asAdmissionPolicy(documents(join(kyverno, "pod-security-vpol", theirs, `${theirs.split("/")[1]}.yaml`))[0]),
      kubescape: kubescape === undefined || !existsSync(kubescape) || id === undefined ? undefined : documents(join(kubescape, "controls", id, "policy.yaml"))[0],
    };
  });
}

/** A ValidatingPolicy without what only Kyverno reads. */
function asAdmissionPolicy({ metadata, spec: { evaluation, validationActions, autogen, webhookConfiguration, ...spec } }) {
  return { apiVersion: "admissionregistration.k8s.io/v1", kind: "ValidatingAdmissionPolicy", metadata: { name: metadata.name }, spec: { failurePolicy: "Fail", ...spec } };
}

/** The files of our ValidatingPolicies and of Kyverno's for the same rules, in the same order. */
export function kyvernoFiles() {
  const kyverno = checkouts["kyverno/policies"];
  if (kyverno === undefined || !existsSync(kyverno)) return undefined;
  return {
    ours: Object.keys(kyvernoPolicies).map((control) => join(root, "golden/kyverno/pod-security", control, `${control}.yaml`)),
    theirs: Object.values(kyvernoPolicies).map((path) => join(kyverno, "pod-security-vpol", path, `${path.split("/")[1]}.yaml`)),
  };
}
