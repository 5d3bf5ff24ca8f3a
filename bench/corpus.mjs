import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { scratch } from "./scratch.mjs";

/** Part of the folder's name, so that a corpus made by an older text of this file is not taken. */
const edition = 1;

/** What is wrong with every third, or nearly: a field of the pod's spec, or of the container's securityContext. */
const faults = [
  { pod: "hostNetwork: true" },
  { context: "privileged: true" },
  { pod: "volumes: [{ name: host, hostPath: { path: /var/log } }]" },
  { context: "runAsUser: 0" },
  { context: "capabilities: { drop: [ALL], add: [NET_ADMIN] }" },
  { context: "allowPrivilegeEscalation: true" },
  { pod: "hostPID: true" },
  { context: "seccompProfile: { type: Unconfined }" },
];

/**
 * Documents from number `from` up to, without, `to`: Pods and Deployments in turn, some 740 bytes each, three in ten with one
 * fault. A document depends on its number alone, so that every run and machine judges the same text.
 */
export function corpusText(from, to) {
  let text = "";
  for (let number = from; number < to; number += 1) text += `---\n${documentText(number)}`;
  return text;
}

function documentText(number) {
  const fault = number % 10 < 3 ? faults[(number * 7 + Math.floor(number / 10)) % faults.length] : {};
  const app = ["web", "orders", "mailer", "search", "billing"][number % 5];
  const name = `${app}-${String(number).padStart(6, "0")}`;
  const isPod = number % 2 === 0;
  const head = `metadata:\n  name: ${name}\n  namespace: team-${number % 40}\n  labels:\n    app.kubernetes.io/name: ${app}\n`;
  const pod = podText(number, app, fault);
  if (isPod) return `apiVersion: v1\nkind: Pod\n${head}spec:\n${indent(pod, 2)}`;
  return `apiVersion: apps/v1\nkind: Deployment\n${head}spec:\n  replicas: ${1 + (number % 5)}\n  selector:\n    matchLabels: { app: ${name} }\n  template:\n    metadata:\n      labels: { app: ${name} }\n    spec:\n${indent(pod, 6)}`;
}

function podText(number, app, { pod, context = "allowPrivilegeEscalation: false" }) {
  const contexts = new Map([
    ["allowPrivilegeEscalation", "false"],
    ["capabilities", "{ drop: [ALL] }"],
    ["readOnlyRootFilesystem", "true"],
  ]);
  const [, field, value] = /^(\w+): (.*)$/.exec(context);
  contexts.set(field, value);
  return `serviceAccountName: ${app}
automountServiceAccountToken: false
${pod === undefined ? "" : `${pod}\n`}securityContext:
  runAsNonRoot: true
  seccompProfile:
    type: RuntimeDefault
containers:
  - name: ${app}
    image: registry.k8s.io/shop/${app}:1.${number % 30}.2
    ports:
      - containerPort: 8080
    resources:
      requests: { cpu: ${50 + (number % 8) * 25}m, memory: 64Mi }
      limits: { memory: 128Mi }
    securityContext:
${[...contexts].map(([key, member]) => `      ${key}: ${member}\n`).join("")}`;
}

const indent = (text, width) => text.replace(/^(?=.)/gm, " ".repeat(width));

/** One file with so many documents, made at first use. */
export function corpusFile(count) {
  return made(`documents-${count}.yaml`, (path) => {
    const step = 1000;
    for (let from = 0; from < count; from += step) writeFileSync(path, corpusText(from, Math.min(from + step, count)), { flag: "a" });
  });
}

/** A folder with so many files of one document, at most a thousand to a folder, made at first use. */
export function corpusFolder(count) {
  return made(`files-${count}`, (path) => {
    for (let number = 0; number < count; number += 1) {
      const folder = join(path, String(Math.floor(number / 1000)).padStart(3, "0"));
      if (number % 1000 === 0) mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, `${String(number).padStart(6, "0")}.yaml`), documentText(number));
    }
  });
}

/** Makes a file or folder of the corpus under another name first, so that an interrupted run leaves no half. */
export function made(name, make) {
  const folder = join(scratch, `corpus-${edition}`);
  const path = join(folder, name);
  if (existsSync(path)) return path;
  mkdirSync(folder, { recursive: true });
  const unfinished = join(folder, `unfinished-${name}`);
  rmSync(unfinished, { recursive: true, force: true });
  make(unfinished);
  renameSync(unfinished, path);
  return path;
}
