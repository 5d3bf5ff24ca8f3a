import { auditLog, defineDetection, isOneOf, startsWithAny, strings } from "portcullis";
import { alice, apiServer, argoCd, caInjector, controller, flux, mallory, requestBy, serviceAccount, type Target } from "./fixtures.ts";
import { changed } from "./requests.ts";

const admission = (resource: string, name?: string, subresource?: string): Target => ({ group: "admissionregistration.k8s.io", resource, ...(name === undefined ? {} : { name }), ...(subresource === undefined ? {} : { subresource }) });
const constraint = (name: string, subresource?: string): Target => ({ group: "constraints.gatekeeper.sh", version: "v1beta1", resource: "k8spsprivilegedcontainer", name, ...(subresource === undefined ? {} : { subresource }) });
const kyverno = serviceAccount("kyverno", "kyverno-admission-controller", "kyverno/v1.19.1 (linux/amd64) kubernetes/$Format");
const gatekeeper = serviceAccount("gatekeeper-system", "gatekeeper-admin", "gatekeeper/v3.23.1 (linux/amd64) kubernetes/$Format");

export default defineDetection({
  title: "What admission enforces was changed",
  description: "A webhook that is deleted or told to ignore failures, and a policy that loses its binding, open the door to all that they held back. A webhook that is added sees every object on its way, Secrets included, and may change it.",
  severity: "high",
  frameworks: { nsa: { "1.2": ["log/alerts"] }, owasp: { "2022": ["K05", "K04"], "2025": ["K10", "K04"] }, seed: ["H07"] },
  techniques: ["T1562.001"],
  source: auditLog(),
  parameters: {
    resources: strings({
      // Without its binding a mutating policy does nothing, so the bindings stand here as those of validating policies do.
      default: ["validatingwebhookconfigurations", "mutatingwebhookconfigurations", "validatingadmissionpolicies", "validatingadmissionpolicybindings", "mutatingadmissionpolicies", "mutatingadmissionpolicybindings", "validatingpolicies", "constrainttemplates"],
      description: "Resources that say what admission enforces. Gatekeeper's constraints, whose resources have names of their own, always count.",
    }),
    // Engines and the CA injector keep their own webhooks up to date, every hour and at each start.
    allowedUsers: strings({
      default: ["system:serviceaccount:cert-manager:cert-manager-cainjector", "system:serviceaccount:kyverno:kyverno-admission-controller", "system:serviceaccount:gatekeeper-system:gatekeeper-admin"],
      description: "Names of users who change these as their work. Take out those whose software does not run in the cluster.",
    }),
  },
  // A status says nothing of what is enforced, and engines write it all the time.
  when: ({ event, parameters }) =>
    changed(event)
    && isOneOf(event["ka.verb"], ["create", "update", "patch", "delete", "deletecollection"])
    && event["ka.target.subresource"] === undefined
    && (isOneOf(event["ka.target.resource"], parameters.resources) || startsWithAny(event["ka.uri"], ["/apis/constraints.gatekeeper.sh/"]))
    && !isOneOf(event["ka.user.name"], parameters.allowedUsers),
  fields: ["ka.user.name", "ka.verb", "ka.target.resource", "ka.target.name", "ka.uri", "ka.useragent", "jevt.value[/sourceIPs/0]"],
  response: "Compare what is in force with what the repository says, put it back, and look for what was admitted in between.",
  fires: [
    { name: "a webhook is deleted", event: requestBy(mallory, "delete", admission("validatingwebhookconfigurations", "kyverno-resource-validating-webhook-cfg")) },
    { name: "a webhook of somebody's own", event: requestBy(mallory, "create", admission("mutatingwebhookconfigurations", "sidecar-injector")) },
    { name: "all bindings of policies are deleted", event: requestBy(mallory, "deletecollection", admission("validatingadmissionpolicybindings")) },
    { name: "a constraint is patched to dryrun", event: requestBy(mallory, "patch", constraint("no-privileged")) },
    { name: "Argo CD, where it is not allowed", event: requestBy(argoCd, "patch", { group: "templates.gatekeeper.sh", resource: "constrainttemplates", name: "k8spsprivilegedcontainer" }) },
  ],
  quiet: [
    { name: "cert-manager puts a CA into a webhook", event: requestBy(caInjector, "update", admission("mutatingwebhookconfigurations", "cert-manager-webhook")) },
    { name: "Kyverno keeps its webhooks", event: requestBy(kyverno, "update", admission("validatingwebhookconfigurations", "kyverno-resource-validating-webhook-cfg")) },
    { name: "Gatekeeper writes its certificate into its webhook", event: requestBy(gatekeeper, "update", admission("validatingwebhookconfigurations", "gatekeeper-validating-webhook-configuration")) },
    { name: "Gatekeeper's audit writes a constraint's status", event: requestBy(gatekeeper, "update", constraint("no-privileged", "status")), parameters: { allowedUsers: [] } },
    { name: "the controller that checks the types of policies", event: requestBy(controller("validatingadmissionpolicy-status-controller"), "patch", admission("validatingadmissionpolicies", "no-privileged", "status")) },
    { name: "Argo CD, where it is allowed", event: requestBy(argoCd, "patch", admission("validatingadmissionpolicies", "no-privileged")), parameters: { allowedUsers: ["system:serviceaccount:argocd:argocd-application-controller"] } },
    { name: "a dry run of Flux", event: requestBy(flux, "patch", admission("validatingadmissionpolicies", "no-privileged"), { query: "dryRun=All&fieldManager=kustomize-controller&force=true" }) },
    { name: "the API server watches webhooks", event: requestBy(apiServer, "watch", admission("validatingwebhookconfigurations"), { query: "watch=true" }) },
    { name: "a deletion that was refused", event: requestBy(alice, "delete", admission("validatingadmissionpolicies", "no-privileged"), { code: 403 }) },
  ],
});
