import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The text of a new control: it compiles, runs and passes its own cases as it stands, so that the author changes what works. */
export function controlTemplate(id: string): string {
  const words = id.replaceAll("-", " ");
  return `import { allContainers, defineControl, podBearing } from "portcullis";

export default defineControl({
  title: "Replace: what ${words} demands, as a sentence",
  description: "Replace: what an attacker gains where this is missing.",
  severity: "medium",
  frameworks: {},
  match: podBearing(),

  check({ pod, deny }) {
    for (const container of allContainers(pod)) {
      if (container.securityContext?.privileged === true) {
        deny(container, "securityContext.privileged", \`container \${container.name} is privileged\`);
      }
    }
  },

  remediation: "Replace: what to change, in the imperative.",
  pass: [
    {
      object: {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name: "web", namespace: "shop" },
        spec: { containers: [{ name: "web", image: "registry.example.com/shop/web:1.4.2" }] },
      },
    },
  ],
  fail: [
    {
      object: {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name: "web", namespace: "shop" },
        spec: { containers: [{ name: "web", image: "registry.example.com/shop/web:1.4.2", securityContext: { privileged: true } }] },
      },
      at: ["spec.containers[0].securityContext.privileged"],
    },
  ],
});
`;
}

/** Why a control could not be made, in words for the person who asked; undefined when it was. */
export function createControl(root: string, id: string, domain: string): { readonly path: string } | { readonly refusal: string } {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(id)) return { refusal: `"${id}" is no control id: use lower-case words joined by dashes, for example "host-ports".` };
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(domain)) return { refusal: `"${domain}" is no domain: use lower-case words joined by dashes, for example "workloads".` };
  const path = `policies/${domain}/${id}.ts`;
  const place = join(root, path);
  if (existsSync(place)) return { refusal: `${path} is there already; choose another id, or edit that file.` };
  mkdirSync(dirname(place), { recursive: true });
  writeFileSync(place, controlTemplate(id));
  return { path };
}
