import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseAllDocuments } from "yaml";
import type { CompiledControl, EmittedFile } from "../../../src/backends/backend.ts";
import { emitGatekeeper } from "../../../src/backends/gatekeeper/index.ts";
import { compile } from "../../../src/compile.ts";
import { defaultParameters, judge, newestMinor, type Request } from "../../../src/plain/judge.ts";
import type { Violation } from "../../../src/plain/violation.ts";
import type { Rollout } from "../../../src/backends/rollout.ts";
import { difference, expectedTexts } from "../../../src/verify/comparison.ts";
import { isTold } from "../../../src/verify/sight.ts";
import { targetSettings } from "../../target-settings.ts";
import type { GatekeeperAnswer, GatekeeperViolation } from "./judge.ts";
import { isOfConfiguration } from "../../left-out.ts";

export const root = fileURLToPath(new URL("../../..", import.meta.url));

export type Language = "rego" | "cel";
export const languages: readonly Language[] = ["rego", "cel"];

/** The controls of the repository that Gatekeeper can judge. */
export const controls: readonly CompiledControl[] = compile(root, join(root, "policies")).controls.filter((control) => !isOfConfiguration(control));

/** A template, a constraint, or another document. */
export interface Document {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: Readonly<Record<string, unknown>>;
}

/** How one control is emitted. */
export interface Setting {
  readonly control: CompiledControl;
  readonly minor?: number | undefined;
  readonly parameters?: Readonly<Record<string, unknown>> | undefined;
}

/** Templates and constraints of controls, in this order. */
export function documentsFor(settings: readonly Setting[], language: Language, rollout?: Rollout): readonly Document[] {
  const files = settings.flatMap(({ control, minor = newestMinor, parameters = {} }) => {
    const given = { kubernetesMinor: minor, controls: { [control.id]: true as const }, parameters: { [control.id]: { ...defaultParameters(control.control), ...parameters } } };
    const target = targetSettings("enforce", { gatekeeper: { language, generateVAP: false }, ...(rollout === undefined ? {} : { rollout: () => rollout }) });
    return emitGatekeeper({ controls, settings: given, target, sourceOf: () => undefined, compiler: "auto" }).files;
  });
  return inOrder(files);
}

/** The documents of a target as it is kept. */
export function goldenDocuments(target: string): readonly Document[] {
  const folder = join(root, "golden", target);
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return inOrder(files.map((path) => ({ path: path.slice(folder.length + 1), content: readFileSync(path, "utf8") })));
}

function inOrder(files: readonly EmittedFile[]): readonly Document[] {
  const inFolder = (folder: string): Document[] => files.filter(({ path }) => path.startsWith(`${folder}/`) && !path.endsWith("kustomization.yaml")).flatMap(({ content }) => parseAllDocuments(String(content)).map((document) => document.toJS() as Document));
  return [...inFolder("templates"), ...inFolder("constraints")];
}

/** The kind of a control's constraints. */
export const kindOf = (control: CompiledControl): string => documentsFor([{ control }], "rego")[1]?.kind ?? "";

/** What constraints of one kind find, or that the review failed. */
export function foundBy(answer: GatekeeperAnswer | undefined, kind: string): readonly GatekeeperViolation[] {
  if (answer === undefined) throw new Error("a request has no answer");
  if (answer.error !== undefined) throw new Error(answer.error);
  return answer.violations.filter((violation) => violation.kind === kind);
}

/** How the violations that a constraint finds differ from those of the plain run; undefined where verdict, paths and messages agree. */
export function differenceOf(found: readonly GatekeeperViolation[], language: Language, control: CompiledControl, request: Request): string | undefined {
  if (language === "cel") {
    const [only] = found;
    if (found.length > 1) return `one validation gave ${found.length} violations`;
    return difference({ allowed: only === undefined, ...(only === undefined ? {} : { message: only.message }) }, expectedTexts(control, request, "never"));
  }
  const written = (violation: Pick<Violation, "path" | "message" | "finding">): string => JSON.stringify([violation.finding ?? "", violation.path, violation.message]);
  const expected = judge(control.control, control.id, request).filter(({ finding }) => isTold("but-for-new-namespaces", control, request, finding)).map(written).sort();
  const given = found.map(({ details = {} }) => written(details as never)).sort();
  const odd = found.find(({ details = {}, message }) => details["control"] !== control.id || message !== `${String(details["path"])}: ${String(details["message"])}${details["finding"] === undefined ? "" : ` (${String(details["finding"])})`}`);
  if (odd !== undefined) return `says ${JSON.stringify(odd)}`;
  return expected.join() === given.join() ? undefined : `finds ${given.join()} where the plain run finds ${expected.join()}`;
}
