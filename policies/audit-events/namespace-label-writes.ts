import { type AuditEvent, auditLog, containsAny, defineDetection, isOneOf, strings } from "portcullis";
import { alice, argoCd, controller, flux, mallory, requestBy, type Target } from "./fixtures.ts";
import { changed, isJsonPatch } from "./requests.ts";

const namespace = (name: string, subresource?: string): Target => ({ resource: "namespaces", namespace: name, name, ...(subresource === undefined ? {} : { subresource }) });

export default defineDetection({
  title: "A label that protects a namespace was changed",
  description: "Labels of a namespace switch Pod Security Admission and policy engines on and off. Who may label a namespace lowers its walls with one word, starts what was forbidden, and puts the label back.",
  severity: "high",
  frameworks: { nsa: { "1.2": ["log/alerts"] }, owasp: { "2022": ["K05", "K04"], "2025": ["K10", "K04"] }, seed: ["H07"] },
  techniques: ["T1562.001"],
  source: auditLog(),
  parameters: {
    keys: strings({ default: ["pod-security.kubernetes.io/enforce", "admission.gatekeeper.sh/ignore"], description: "Keys of labels that only the listed users may write or remove; a longer key that holds one counts too. The two defaults count even where this list leaves them out." }),
    allowedUsers: strings({ default: [], description: "Names of users who label namespaces as their work." }),
  },
  when: ({ event, parameters }) =>
    changed(event)
    && isOneOf(event["ka.verb"], ["update", "patch"])
    && event["ka.target.resource"] === "namespaces"
    && event["ka.target.subresource"] === undefined
    && (namesProtectedLabel(event) || containsAny(event["jevt.value[/requestObject/metadata/labels]"], parameters.keys) || patchesLabels(event))
    && !isOneOf(event["ka.user.name"], parameters.allowedUsers),
  fields: ["ka.user.name", "ka.verb", "ka.target.name", "jevt.value[/requestObject/metadata/labels]", "ka.useragent", "jevt.value[/sourceIPs/0]"],
  response: "Put the label back, then list what was created in the namespace since, and ask who changed it.",
  fires: [
    { name: "kubectl label namespace, which sends a merge patch", event: requestBy(mallory, "patch", namespace("shop"), { body: { metadata: { labels: { "pod-security.kubernetes.io/enforce": "privileged" } } } }) },
    { name: "the label is removed, which shows as null", event: requestBy(mallory, "patch", namespace("shop"), { body: { metadata: { labels: { "pod-security.kubernetes.io/enforce": null } } } }) },
    { name: "Gatekeeper is told to look away", event: requestBy(mallory, "patch", namespace("shop"), { body: { metadata: { labels: { "admission.gatekeeper.sh/ignore": "true" } } } }) },
    { name: "the whole namespace is replaced", event: requestBy(mallory, "update", namespace("shop"), { body: { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop", labels: { "kubernetes.io/metadata.name": "shop", "pod-security.kubernetes.io/enforce": "baseline" } } } }) },
    { name: "a JSON patch, which writes the key in another way", event: requestBy(mallory, "patch", namespace("shop"), { body: [{ op: "remove", path: "/metadata/labels/pod-security.kubernetes.io~1enforce" }] }) },
    { name: "a JSON patch of all metadata", event: requestBy(mallory, "patch", namespace("shop"), { body: [{ op: "replace", path: "/metadata", value: { name: "shop" } }] }) },
    { name: "a key of the platform's own", event: requestBy(mallory, "patch", namespace("shop"), { body: { metadata: { labels: { "platform.example.com/tier": "free" } } } }), parameters: { keys: ["platform.example.com/tier"] } },
  ],
  quiet: [
    { name: "a label that protects nothing", event: requestBy(alice, "patch", namespace("shop"), { body: { metadata: { labels: { team: "shop" } } } }) },
    { name: "Argo CD marks what it manages", event: requestBy(argoCd, "patch", namespace("shop"), { body: { metadata: { labels: { "argocd.argoproj.io/instance": "shop" } } } }) },
    { name: "the namespace controller finishes a deletion", event: requestBy(controller("namespace-controller"), "update", namespace("shop", "finalize"), { body: { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop", labels: { "pod-security.kubernetes.io/enforce": "restricted" } }, spec: {} } }) },
    { name: "a JSON patch of an annotation", event: requestBy(alice, "patch", namespace("shop"), { body: [{ op: "add", path: "/metadata/annotations/owner", value: "shop" }] }) },
    { name: "a dry run of Flux", event: requestBy(flux, "patch", namespace("shop"), { query: "dryRun=All&fieldManager=kustomize-controller&force=true", body: { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop", labels: { "pod-security.kubernetes.io/enforce": "restricted" } } } }) },
    { name: "Flux, where it is allowed", event: requestBy(flux, "patch", namespace("shop"), { body: { metadata: { labels: { "pod-security.kubernetes.io/enforce": "restricted" } } } }), parameters: { allowedUsers: ["system:serviceaccount:flux-system:kustomize-controller"] } },
    { name: "a change that was refused", event: requestBy(alice, "patch", namespace("shop"), { code: 403, body: { metadata: { labels: { "pod-security.kubernetes.io/enforce": "privileged" } } } }) },
  ],
});

/** The pointers see a key however its text is escaped. */
const namesProtectedLabel = (event: AuditEvent): boolean =>
  event["jevt.value[/requestObject/metadata/labels/pod-security.kubernetes.io~1enforce]"] !== undefined || event["jevt.value[/requestObject/metadata/labels/admission.gatekeeper.sh~1ignore]"] !== undefined;

/** In the paths of a JSON patch the keys are written otherwise, so each one that reaches the labels counts. */
const patchesLabels = (event: AuditEvent): boolean => isJsonPatch(event) && containsAny(event["jevt.value[/requestObject]"], ["/metadata/labels", '"/metadata"', '"path":""']);
