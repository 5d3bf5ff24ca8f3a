import { defineControl, isListed, kinds, names, strings } from "portcullis";

export default defineControl({
  title: "Labels that policies trust must be changed by the platform team alone",
  description:
    "A label on a namespace can switch off Pod Security, an admission webhook or the mesh for all that is in it. Whoever may edit the namespace, for its quota or its owner's name, takes the guard away first and then starts what it would have kept out. RBAC cannot tell one label from another.",
  severity: "high",
  frameworks: {
    owasp: { "2022": ["K04"], "2025": ["K02", "K04"] },
  },
  match: kinds("v1/Namespace"),
  parameters: {
    keys: names({
      default: ["pod-security.kubernetes.io/*", "admission.gatekeeper.sh/ignore", "portcullis.dev/*", "istio-injection", "istio.io/rev"],
      description: "Keys of labels and annotations that are protected; one that ends in a star stands for all that begin so.",
    }),
    allowedUsers: strings({ default: [], description: "Who may change them, by user name." }),
    allowedGroups: strings({ default: ["system:masters"], description: "Groups whose members may change them, by name." }),
  },
  findings: {
    a: "A protected label or annotation is set",
    b: "A protected label or annotation is removed",
  },

  check({ object, oldObject, user, parameters, deny }) {
    const groups = user.groups ?? [];
    if (parameters.allowedUsers.includes(user.username ?? "") || groups.some((group) => parameters.allowedGroups.includes(group))) return;

    for (const [key, value] of Object.entries(object.metadata?.labels ?? {})) {
      if (oldObject?.metadata?.labels?.[key] !== value && isListed(key, parameters.keys)) {
        deny(object, ["metadata", "labels", key], `only the platform team may set the label ${key}`, "a");
      }
    }
    for (const [key, value] of Object.entries(object.metadata?.annotations ?? {})) {
      if (oldObject?.metadata?.annotations?.[key] !== value && isListed(key, parameters.keys)) {
        deny(object, ["metadata", "annotations", key], `only the platform team may set the annotation ${key}`, "a");
      }
    }
    for (const key of Object.keys(oldObject?.metadata?.labels ?? {})) {
      if (object.metadata?.labels?.[key] === undefined && isListed(key, parameters.keys)) {
        deny(object, ["metadata", "labels", key], `only the platform team may remove the label ${key}`, "b");
      }
    }
    for (const key of Object.keys(oldObject?.metadata?.annotations ?? {})) {
      if (object.metadata?.annotations?.[key] === undefined && isListed(key, parameters.keys)) {
        deny(object, ["metadata", "annotations", key], `only the platform team may remove the annotation ${key}`, "b");
      }
    }
  },

  remediation: "Leave the protected labels and annotations as they are, and have the platform team change them.",
  pass: [
    {
      name: "an owner's own label and note",
      object: { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop", labels: { "pod-security.kubernetes.io/enforce": "restricted", team: "shop" }, annotations: { "portcullis.dev/owner": "shop", contact: "shop@example.com" } } },
      operation: "UPDATE",
      oldObject: { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop", labels: { "pod-security.kubernetes.io/enforce": "restricted", cost: "12" }, annotations: { "portcullis.dev/owner": "shop", note: "x" } } },
      user: { username: "alice", groups: ["developers", "system:authenticated"] },
    },
    {
      name: "a new namespace without any of them",
      object: { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop", labels: { team: "shop" } } },
    },
    {
      name: "keys that only look like protected ones, set and removed",
      parameters: { keys: ["portcullis.dev/*", "istio.io/rev", "example.com/zon"] },
      object: {
        apiVersion: "v1",
        kind: "Namespace",
        metadata: { name: "shop", labels: { "my.portcullis.dev/owner": "shop", "istio.io/revision": "1", "example.com/zone": "a" }, annotations: { "my.portcullis.dev/owner": "shop", "istio.io/revision": "1", "example.com/zone": "a" } },
      },
      operation: "UPDATE",
      oldObject: {
        apiVersion: "v1",
        kind: "Namespace",
        metadata: { name: "shop", labels: { "my.portcullis.dev/note": "x", "istio.io/rev.old": "1", "example.com/subzone": "a" }, annotations: { "my.portcullis.dev/note": "x", "istio.io/rev.old": "1", "example.com/subzone": "a" } },
      },
      user: { username: "alice", groups: ["developers", "system:authenticated"] },
    },
    {
      name: "someone of a group that may",
      object: { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop", labels: { "pod-security.kubernetes.io/enforce": "baseline" } } },
      operation: "UPDATE",
      oldObject: { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop", labels: { "pod-security.kubernetes.io/enforce": "restricted" } } },
      user: { username: "root", groups: ["system:authenticated", "system:masters"] },
    },
    {
      name: "the controller that makes namespaces, allowed by name",
      parameters: { allowedUsers: ["system:serviceaccount:platform:namespaces"], allowedGroups: [] },
      object: { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop", labels: { "istio-injection": "enabled", "pod-security.kubernetes.io/enforce": "restricted" } } },
      user: { username: "system:serviceaccount:platform:namespaces", groups: ["system:serviceaccounts", "system:authenticated"] },
    },
  ],
  fail: [
    {
      name: "the level lowered, the webhook told to look away, by someone who owns the namespace",
      object: { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop", labels: { "admission.gatekeeper.sh/ignore": "yes", "pod-security.kubernetes.io/enforce": "privileged", team: "shop" } } },
      operation: "UPDATE",
      oldObject: { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop", labels: { "pod-security.kubernetes.io/enforce": "restricted", team: "shop" } } },
      user: { username: "alice", groups: ["developers", "system:authenticated"] },
      at: [
        { finding: "a", path: 'metadata.labels["admission.gatekeeper.sh/ignore"]' },
        { finding: "a", path: 'metadata.labels["pod-security.kubernetes.io/enforce"]' },
      ],
    },
    {
      name: "labels and annotations gone, the map with them",
      object: { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } },
      operation: "UPDATE",
      oldObject: { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop", labels: { "istio-injection": "enabled", team: "shop" }, annotations: { "portcullis.dev/owner": "platform", note: "x" } } },
      user: { username: "alice", groups: ["developers"] },
      at: [
        { finding: "b", path: 'metadata.annotations["portcullis.dev/owner"]' },
        { finding: "b", path: "metadata.labels.istio-injection" },
      ],
    },
    {
      name: "a new namespace that brings its own exemption, by someone of no group",
      object: { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop", annotations: { "portcullis.dev/exempt": "all" } } },
      user: { username: "system:serviceaccount:shop:deployer" },
      at: [{ finding: "a", path: 'metadata.annotations["portcullis.dev/exempt"]' }],
    },
    {
      name: "keys of one's own, and a group whose name only begins alike",
      parameters: { keys: ["example.com/*"], allowedGroups: ["platform"] },
      object: { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop", labels: { "example.com/zone": "public", "istio-injection": "disabled" } } },
      operation: "UPDATE",
      oldObject: { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop", labels: { "example.com/zone": "inner", "example.com/tier": "1" } } },
      user: { username: "bob", groups: ["platform-interns"] },
      at: [
        { finding: "a", path: 'metadata.labels["example.com/zone"]' },
        { finding: "b", path: 'metadata.labels["example.com/tier"]' },
      ],
    },
  ],
});
