import { defineControl, kinds, lowerAscii, namespaceOf, type networkingv1, strings } from "portcullis";

export default defineControl({
  title: "Ingresses must claim hosts of their own",
  description:
    "An Ingress without a host, with a wildcard or with a default backend takes requests that were meant for others, and two namespaces that claim one host and path share its visitors: whoever may create an Ingress anywhere can catch another team's logins.",
  severity: "medium",
  frameworks: {
    owasp: { "2022": ["K07"], "2025": ["K06"] },
    seed: ["N07"],
  },
  match: kinds("networking.k8s.io/v1/Ingress"),
  parameters: {
    allowedWildcards: strings({ default: [], description: "Wildcard hosts that are allowed, as written: *.example.com." }),
  },
  findings: {
    a: "A rule names no host, or a wildcard",
    b: "A default backend takes all that no rule does",
    c: "No class of controllers is named",
    e: "Another namespace claims the same host and path",
  },

  check({ object, parameters, lookup, deny }) {
    const namespace = namespaceOf(object);
    if (object.spec?.defaultBackend !== undefined) deny(object, "spec.defaultBackend", "the default backend takes requests for every host; name hosts in rules", "b");
    if (object.spec?.ingressClassName === undefined && object.metadata?.annotations?.["kubernetes.io/ingress.class"] === undefined) {
      deny(object, "spec.ingressClassName", "no class is named, so that any controller may serve it; set ingressClassName", "c");
    }

    for (const rule of object.spec?.rules ?? []) {
      const host = rule.host ?? "";
      if (host === "") deny(rule, "host", "a rule without a host takes requests for every host; name it", "a");
      if (host.startsWith("*") && !parameters.allowedWildcards.includes(host)) deny(rule, "host", `${host} takes requests for hosts that others may claim; name the hosts`, "a");

      for (const path of rule.http?.paths ?? []) {
        if (lookup("networking.k8s.io/v1/Ingress").some((other) => namespaceOf(other) !== namespace && claims(other, host, path.path))) {
          deny(path, "path", `another namespace claims ${path.path ?? "/"} of ${host === "" ? "every host" : host}; agree on who serves it`, "e");
        }
      }
    }
  },

  remediation: "Name a host in every rule and a class for the Ingress, and let each host and path be claimed by one namespace.",
  pass: [
    {
      name: "a host of its own, in upper and lower case",
      object: {
        apiVersion: "networking.k8s.io/v1",
        kind: "Ingress",
        metadata: { name: "shop", namespace: "shop" },
        spec: { ingressClassName: "public", rules: [{ host: "shop.example.com", http: { paths: [{ path: "/", pathType: "Prefix", backend: { service: { name: "web", port: { number: 80 } } } }] } }] },
      },
      others: [
        {
          apiVersion: "networking.k8s.io/v1",
          kind: "Ingress",
          metadata: { name: "blog", namespace: "blog" },
          spec: { ingressClassName: "public", rules: [{ host: "blog.example.com", http: { paths: [{ path: "/", pathType: "Prefix", backend: { service: { name: "web", port: { number: 80 } } } }] } }] },
        },
      ],
    },
    {
      name: "a class by annotation, a wildcard that is allowed, and another path of a host in another namespace",
      parameters: { allowedWildcards: ["*.apps.example.com"] },
      object: {
        apiVersion: "networking.k8s.io/v1",
        kind: "Ingress",
        metadata: { name: "apps", namespace: "shop", annotations: { "kubernetes.io/ingress.class": "public" } },
        spec: { rules: [{ host: "*.apps.example.com", http: { paths: [{ path: "/shop", pathType: "Prefix", backend: { service: { name: "web", port: { number: 80 } } } }] } }] },
      },
      others: [
        {
          apiVersion: "networking.k8s.io/v1",
          kind: "Ingress",
          metadata: { name: "apps", namespace: "blog" },
          spec: { ingressClassName: "public", rules: [{ host: "*.apps.example.com", http: { paths: [{ path: "/blog", pathType: "Prefix", backend: { service: { name: "web", port: { number: 80 } } } }] } }] },
        },
      ],
    },
    {
      name: "two Ingresses of one namespace, and the Ingress itself as it was",
      object: {
        apiVersion: "networking.k8s.io/v1",
        kind: "Ingress",
        metadata: { name: "shop", namespace: "shop" },
        spec: { ingressClassName: "public", rules: [{ host: "shop.example.com", http: { paths: [{ path: "/", pathType: "Prefix", backend: { service: { name: "web", port: { number: 80 } } } }] } }] },
      },
      others: [
        {
          apiVersion: "networking.k8s.io/v1",
          kind: "Ingress",
          metadata: { name: "old-shop", namespace: "shop" },
          spec: { ingressClassName: "public", rules: [{ host: "shop.example.com", http: { paths: [{ path: "/", pathType: "Prefix", backend: { service: { name: "old", port: { number: 80 } } } }] } }] },
        },
      ],
    },
  ],
  fail: [
    {
      name: "no host, no class, and a default backend",
      object: {
        apiVersion: "networking.k8s.io/v1",
        kind: "Ingress",
        metadata: { name: "catch-all", namespace: "shop" },
        spec: { defaultBackend: { service: { name: "web", port: { number: 80 } } }, rules: [{ http: { paths: [{ path: "/", pathType: "Prefix", backend: { service: { name: "web", port: { number: 80 } } } }] } }] },
      },
      at: [
        { finding: "a", path: "spec.rules[0].host" },
        { finding: "b", path: "spec.defaultBackend" },
        { finding: "c", path: "spec.ingressClassName" },
      ],
    },
    {
      name: "a wildcard",
      object: {
        apiVersion: "networking.k8s.io/v1",
        kind: "Ingress",
        metadata: { name: "apps", namespace: "shop" },
        spec: { ingressClassName: "public", rules: [{ host: "shop.example.com" }, { host: "*.example.com" }] },
      },
      at: [{ finding: "a", path: "spec.rules[1].host" }],
    },
    {
      name: "a login that another namespace serves, whatever the case of the host and the slash at the end",
      object: {
        apiVersion: "networking.k8s.io/v1",
        kind: "Ingress",
        metadata: { name: "login", namespace: "evil" },
        spec: { ingressClassName: "public", rules: [{ host: "SHOP.example.com", http: { paths: [{ path: "/", pathType: "Prefix", backend: { service: { name: "web", port: { number: 80 } } } }, { path: "/login/", pathType: "Prefix", backend: { service: { name: "web", port: { number: 80 } } } }] } }] },
      },
      others: [
        {
          apiVersion: "networking.k8s.io/v1",
          kind: "Ingress",
          metadata: { name: "login", namespace: "shop" },
          spec: { ingressClassName: "public", rules: [{ host: "shop.example.com", http: { paths: [{ path: "/login", pathType: "Prefix", backend: { service: { name: "login", port: { number: 80 } } } }] } }] },
        },
      ],
      at: [{ finding: "e", path: "spec.rules[0].http.paths[1].path" }],
    },
  ],
});

/** Whether an Ingress claims a path of a host. Hosts know no case, and a slash at the end of a path makes no other. */
function claims(ingress: networkingv1.Ingress, host: string, path: string | undefined): boolean {
  return (ingress.spec?.rules ?? []).some((rule) => lowerAscii(rule.host ?? "") === lowerAscii(host) && (rule.http?.paths ?? []).some((other) => withSlash(other.path) === withSlash(path)));
}

/** A path with a slash at its end; all of a host where there is none. */
function withSlash(path: string | undefined): string {
  const text = path ?? "";
  return text.endsWith("/") ? text : `${text}/`;
}
