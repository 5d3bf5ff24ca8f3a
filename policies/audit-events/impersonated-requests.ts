import { auditLog, defineDetection, isOneOf, strings } from "portcullis";
import { alice, argoCd, controller, flux, kubelet, kubernetesAdmin, mallory, pods, requestBy } from "./fixtures.ts";
import { isComplete } from "./requests.ts";

export default defineDetection({
  title: "A request was sent in another user's name",
  description: "Who may impersonate needs no stolen password: one header, and the API server takes the caller for an administrator. Other rules see the caller alone, so this is where the assumed name shows.",
  severity: "medium",
  frameworks: { nsa: { "1.2": ["log/alerts"] }, owasp: { "2022": ["K05", "K03"], "2025": ["K10"] }, seed: ["H07"] },
  techniques: ["T1078"],
  source: auditLog(),
  parameters: {
    allowedUsers: strings({ default: [], description: "Names of users who impersonate as their work, such as Argo CD, Flux or an access proxy." }),
  },
  // What the assumed user may not do counts too: the caller was let into that name.
  when: ({ event, parameters }) => isComplete(event) && event["ka.impuser.name"] !== undefined && !isOneOf(event["ka.user.name"], parameters.allowedUsers),
  fields: ["ka.user.name", "ka.impuser.name", "jevt.value[/impersonatedUser/groups]", "ka.verb", "ka.uri", "ka.response.code", "ka.useragent", "jevt.value[/sourceIPs/0]"],
  response: "Ask the caller why. If nobody knows of it, take impersonate from the account, and look for what the assumed user did meanwhile.",
  fires: [
    { name: "kubectl --as=admin --as-group=system:masters", event: requestBy(mallory, "list", { resource: "secrets", namespace: "kube-system" }, { impersonates: { username: "admin", groups: ["system:masters", "system:authenticated"] } }) },
    { name: "the assumed user may not do it", event: requestBy(mallory, "list", pods("shop"), { code: 403, impersonates: { username: "alice@example.com", groups: ["system:authenticated"] } }) },
    { name: "a ServiceAccount's name is assumed by the administrator", event: requestBy(kubernetesAdmin, "get", pods("shop", "web"), { impersonates: { username: "system:serviceaccount:shop:web" } }) },
  ],
  quiet: [
    { name: "Flux applies as a team's account, where it is allowed", event: requestBy(flux, "patch", { group: "apps", resource: "deployments", namespace: "shop", name: "web" }, { impersonates: { username: "system:serviceaccount:shop:deployer" } }), parameters: { allowedUsers: ["system:serviceaccount:flux-system:kustomize-controller"] } },
    { name: "an impersonation that was refused, so that no name was assumed", event: requestBy(alice, "list", pods("shop"), { code: 403 }) },
    { name: "the start of a request, whose end is reported", event: requestBy(mallory, "watch", pods("shop"), { stage: "ResponseStarted", impersonates: { username: "admin" } }) },
    { name: "a controller in its own name", event: requestBy(controller("deployment-controller"), "update", { group: "apps", resource: "replicasets", namespace: "shop", name: "web-7c9d" }) },
    { name: "Argo CD in its own name", event: requestBy(argoCd, "list", pods("shop")) },
    { name: "a kubelet in its own name", event: requestBy(kubelet, "patch", pods("shop", "web", "status")) },
  ],
});
