import { basename, dirname, relative } from "node:path";
import { type ArrowFunction, type CallExpression, type FunctionExpression, type MethodDeclaration, Node, type ObjectLiteralExpression, type Project, type SourceFile } from "ts-morph";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Span } from "../diagnostics/span.ts";
import type { Detection } from "../dsl/detection.ts";
import { frontend } from "./diagnostics.ts";
import { functionOf } from "./function-of.ts";
import { ModuleRunner } from "./module-runner.ts";

/** The condition of one rule, as its author wrote it. */
export interface LoadedRule {
  /** The letter of the finding, where the detection has several rules. */
  readonly finding?: string;
  readonly when: ArrowFunction | MethodDeclaration | FunctionExpression;
}

/** A detection as its author wrote it: the syntax trees of its conditions, and its value in the plain run. */
export interface LoadedDetection {
  readonly id: string;
  /** The folder under the controls' folder. */
  readonly domain: string;
  readonly file: SourceFile;
  readonly detection: Detection;
  readonly rules: readonly LoadedRule[];
  /** The call of defineDetection. */
  readonly definition: CallExpression;
}

/** Reads the detections out of a project's files: a default export, or the export `detection` beside a control. */
export function loadDetections(project: Project, files: readonly string[], root: string): { readonly detections: readonly LoadedDetection[]; readonly diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const detections: LoadedDetection[] = [];
  const runner = new ModuleRunner(project);
  const spanOf = (node: Node): Span => ({ file: relative(root, node.getSourceFile().getFilePath()).replaceAll("\\", "/"), start: node.getStart(), end: node.getEnd() });

  for (const path of files) {
    const file = project.getSourceFileOrThrow(path);
    const found = definitionIn(file);
    if (found === undefined) continue;
    const { call, name } = found;
    const definition = call.getArguments()[0];
    if (!Node.isObjectLiteralExpression(definition)) {
      diagnostics.push(frontend["no-detection"]({}, spanOf(call)));
      continue;
    }
    const rules = rulesOf(definition);
    if ("missing" in rules) {
      diagnostics.push(frontend["no-condition"]({}, spanOf(rules.missing ?? call.getExpression())));
      continue;
    }
    const value = run(runner, file, name);
    if ("reason" in value) diagnostics.push(frontend["module-throws"]({ reason: value.reason }, spanOf(call.getExpression())));
    else detections.push({ id: basename(path, ".ts"), domain: basename(dirname(path)), file, detection: value.detection, rules: rules.found, definition: call });
  }
  return { detections, diagnostics };
}

/** Whether a call is one of defineDetection, wherever it stands. */
export const isDetectionCall = (node: Node): node is CallExpression => Node.isCallExpression(node) && node.getExpression().getText() === "defineDetection";

/** The call that makes the file's detection, and the name under which it is exported. */
function definitionIn(file: SourceFile): { readonly call: CallExpression; readonly name: string } | undefined {
  const exported = file.getExportAssignment((assignment) => !assignment.isExportEquals())?.getExpression();
  if (exported !== undefined && isDetectionCall(exported)) return { call: exported, name: "default" };
  const declaration = file.getVariableDeclaration("detection");
  const initializer = declaration?.getInitializer();
  return declaration?.isExported() === true && initializer !== undefined && isDetectionCall(initializer) ? { call: initializer, name: "detection" } : undefined;
}

function rulesOf(definition: ObjectLiteralExpression): { readonly found: readonly LoadedRule[] } | { readonly missing: Node | undefined } {
  const rules = definition.getProperty("rules");
  if (rules === undefined) {
    const when = functionOf(definition, "when");
    return when === undefined ? { missing: definition.getProperty("when") } : { found: [{ when }] };
  }
  const all = Node.isPropertyAssignment(rules) ? rules.getInitializer() : undefined;
  if (!Node.isObjectLiteralExpression(all)) return { missing: rules };
  const found: LoadedRule[] = [];
  for (const property of all.getProperties()) {
    const rule = Node.isPropertyAssignment(property) ? property.getInitializer() : undefined;
    const when = Node.isObjectLiteralExpression(rule) ? functionOf(rule, "when") : undefined;
    if (!Node.isPropertyAssignment(property) || when === undefined) return { missing: property };
    found.push({ finding: property.getName().replace(/^["'](.*)["']$/, "$1"), when });
  }
  return { found };
}

function run(runner: ModuleRunner, file: SourceFile, name: string): { readonly detection: Detection } | { readonly reason: string } {
  try {
    return { detection: runner.load(file)[name] as Detection };
  } catch (error) {
    return { reason: (error instanceof Error ? error.message : String(error)).replace(/\.$/, "") };
  }
}
