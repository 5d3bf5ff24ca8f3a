import { boolean, defineControl, kinds, type networkingv1 } from "portcullis";

/** An Ingress of the shop, with what a case is about. */
const ingress = (spec: networkingv1.IngressSpec, annotations?: { readonly [key: string]: string }): networkingv1.Ingress => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "Ingress",
  metadata: { name: "shop", namespace: "shop", ...(annotations === undefined ? {} : { annotations }) },
  spec: { ingressClassName: "public", ...spec },
});

/** A rule that sends all requests for a host to the shop. */
const rule = (host?: string): networkingv1.IngressRule => ({ ...(host === undefined ? {} : { host }), http: { paths: [{ path: "/", pathType: "Prefix", backend: { service: { name: "web", port: { number: 80 } } } }] } });

export default defineControl({
  title: "Ingresses must serve every host over TLS",
  description:
    "What an Ingress serves without TLS crosses every network between a visitor and the cluster in clear: whoever stands in between reads passwords and sessions, and answers in the shop's name. A host that no entry covers gets the controller's own certificate, which teaches visitors to click warnings away.",
  severity: "medium",
  frameworks: {
    nsa: { "1.2": ["cp/encryption"] },
    owasp: { "2022": ["K07"], "2025": ["K06"] },
    seed: ["L10", "N08"],
  },
  match: kinds("networking.k8s.io/v1/Ingress"),
  parameters: {
    defaultCertificate: boolean({ default: false, description: "Whether the controller has a certificate that is good for entries without a Secret." }),
  },
  findings: {
    a: "A host is served without TLS",
    b: "An entry names no Secret with a certificate",
    d: "Requests without TLS are not redirected",
  },

  check({ object, parameters, deny }) {
    const entries = object.spec?.tls ?? [];
    const rules = object.spec?.rules ?? [];
    if (entries.length === 0 && rules.every((rule) => (rule.host ?? "") === "")) {
      deny(object, "spec.tls", "the Ingress serves every host without TLS; add hosts and a secretName", "a");
    }
    for (const rule of rules) {
      const host = rule.host ?? "";
      // A star stands for one label, so that only what follows the first dot may be left to it.
      const wildcard = `*.${host.split(".").filter((_label, index) => index > 0).join(".")}`;
      if (host !== "" && !entries.some((entry) => (entry.hosts ?? []).some((name) => name === host || name === wildcard))) {
        deny(rule, "host", `${host} is in no entry of tls; add it to one`, "a");
      }
    }
    for (const entry of entries) {
      if (!parameters.defaultCertificate && (entry.secretName ?? "") === "") deny(entry, "secretName", "the entry names no Secret with a certificate", "b");
    }
    for (const [key, value] of Object.entries(object.metadata?.annotations ?? {})) {
      if (key.endsWith("/ssl-redirect") && /^(0|f|F|false|False|FALSE)$/.test(value)) deny(object, ["metadata", "annotations", key], `${key} lets visitors stay without TLS; remove it`, "d");
    }
  },

  remediation: "List every host of the rules under tls, with a secretName that holds its certificate, and let the controller redirect what comes without TLS.",
  pass: [
    {
      name: "every host in an entry, and a redirect that is asked for",
      object: ingress({ tls: [{ hosts: ["shop.example.com", "www.example.com"], secretName: "shop-tls" }], rules: [rule("shop.example.com"), rule("www.example.com")] }, { "nginx.ingress.kubernetes.io/ssl-redirect": "true" }),
    },
    {
      name: "a wildcard for one label, and a rule for the wildcard itself",
      object: ingress({ tls: [{ hosts: ["pay.example.com"], secretName: "pay-tls" }, { hosts: ["*.example.com"], secretName: "wildcard-tls" }], rules: [rule("shop.example.com"), rule("*.example.com")] }),
    },
    {
      name: "a controller with a certificate of its own",
      parameters: { defaultCertificate: true },
      object: ingress({ tls: [{ hosts: ["shop.example.com"] }], rules: [rule("shop.example.com")] }),
    },
    {
      name: "rules without a host, which have none to list, and annotations that only look alike",
      object: ingress({ tls: [{ secretName: "shop-tls" }], rules: [rule(), rule("")] }, { "nginx.ingress.kubernetes.io/force-ssl-redirect": "false", "example.com/ssl-redirect-code": "false", "haproxy.org/ssl-redirect": "falsely" }),
    },
  ],
  fail: [
    { name: "no TLS at all", object: ingress({ rules: [rule("shop.example.com"), rule()] }), at: [{ finding: "a", path: "spec.rules[0].host" }] },
    { name: "no TLS for rules without hosts", object: ingress({ rules: [rule(), rule("")] }), at: [{ finding: "a", path: "spec.tls" }] },
    {
      name: "an empty list, before a default backend",
      object: ingress({ tls: [], defaultBackend: { service: { name: "web", port: { number: 80 } } } }),
      at: [{ finding: "a", path: "spec.tls" }],
    },
    {
      name: "a host that was added to the rules alone",
      object: ingress({ tls: [{ hosts: ["shop.example.com"], secretName: "shop-tls" }], rules: [rule("shop.example.com"), rule("pay.example.com")] }),
      at: [{ finding: "a", path: "spec.rules[1].host" }],
    },
    {
      name: "hosts that a wildcard does not cover: two labels, none, and another domain",
      object: ingress({ tls: [{ hosts: ["*.example.com"], secretName: "wildcard-tls" }, { secretName: "other-tls" }], rules: [rule("a.shop.example.com"), rule("example.com"), rule("shop.example.org"), rule("shop.example.com")] }),
      at: [0, 1, 2].map((index) => ({ finding: "a" as const, path: `spec.rules[${index}].host` })),
    },
    {
      name: "a host of as many labels as a name may have, under a wildcard for its last ones",
      object: ingress({ tls: [{ hosts: ["*.example.com"], secretName: "wildcard-tls" }], rules: [rule(`${"a.".repeat(120)}example.com`)] }),
      at: [{ finding: "a", path: "spec.rules[0].host" }],
    },
    {
      name: "entries without a Secret",
      object: ingress({ tls: [{ hosts: ["shop.example.com"] }, { hosts: ["pay.example.com"], secretName: "" }], rules: [rule("shop.example.com")] }),
      at: [0, 1].map((index) => ({ finding: "b" as const, path: `spec.tls[${index}].secretName` })),
    },
    {
      name: "redirects that are turned off, for two controllers",
      object: ingress({ tls: [{ hosts: ["shop.example.com"], secretName: "shop-tls" }], rules: [rule("shop.example.com")] }, { "nginx.ingress.kubernetes.io/ssl-redirect": "false", "haproxy.org/ssl-redirect": "0", note: "false" }),
      at: ["haproxy.org/ssl-redirect", "nginx.ingress.kubernetes.io/ssl-redirect"].map((key) => ({ finding: "d" as const, path: `metadata.annotations["${key}"]` })),
    },
  ],
});
