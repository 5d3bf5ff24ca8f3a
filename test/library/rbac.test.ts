import { concernsSubresource, fullNameOf, grants, grantsSubresource } from "portcullis";
import { expect, it } from "vitest";

const everything = { apiGroups: ["*"], resources: ["*"], verbs: ["*"] };

it("grants what a rule names, in any of its places", () => {
  const rule = { apiGroups: ["apps", ""], resources: ["configmaps", "secrets"], verbs: ["get", "list"] };
  expect(grants(rule, ["watch", "list"], [""], ["secrets"])).toBe(true);
  expect(grants(rule, ["watch"], [""], ["secrets"])).toBe(false);
  expect(grants(rule, ["list"], ["batch"], ["secrets"])).toBe(false);
  expect(grants(rule, ["list"], [""], ["pods", "services"])).toBe(false);
  expect(grants(rule, [], [""], ["secrets"])).toBe(false);
});

it("takes stars for all of a list, and an absent list for an empty one", () => {
  expect(grants(everything, ["get"], [""], ["secrets"])).toBe(true);
  expect(grantsSubresource(everything, ["get"], "", "pods", ["exec"])).toBe(true);
  expect(grantsSubresource({ ...everything, verbs: ["list"] }, ["get"], "", "pods", ["exec"])).toBe(false);
  expect(grants({ ...everything, apiGroups: undefined }, ["get"], [""], ["secrets"])).toBe(false);
  expect(grants({ verbs: ["*"], nonResourceURLs: ["*"] }, ["get"], [""], ["secrets"])).toBe(false);
});

it.each([
  ["pods/exec", true],
  ["*/exec", true],
  ["*", true],
  ["pods", false],
  ["pods/*", false],
  ["*/*", false],
  ["services/exec", false],
  ["*/attach", false],
  ["*/", false],
])("takes the resource %s in a rule for pods/exec: %s", (entry, covered) => expect(concernsSubresource({ apiGroups: [""], resources: [entry], verbs: ["get"] }, "", "pods", ["log", "exec"])).toBe(covered));

it.each(["*/", "*/pods", "pods/", "pods/exec"])("takes %s in a rule for nothing of pods themselves", (entry) => expect(grants({ apiGroups: [""], resources: [entry], verbs: ["get"] }, ["get"], [""], ["pods"])).toBe(false));

it("calls what lies in a namespace by both names, also where the namespace is left out", () => {
  const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "reader" };
  expect(fullNameOf({ apiVersion: "rbac.authorization.k8s.io/v1", kind: "Role", metadata: { name: "reader", namespace: "shop" } })).toBe("shop/reader");
  expect(fullNameOf({ apiVersion: "rbac.authorization.k8s.io/v1", kind: "RoleBinding", metadata: { name: "reader" }, roleRef })).toBe("default/reader");
  expect(fullNameOf({ apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata: { name: "reader", namespace: "shop" } })).toBe("reader");
});
