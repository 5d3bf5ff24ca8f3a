import { basename, dirname, relative } from "node:path";
import { type ArrowFunction, type CallExpression, type FunctionExpression, type MethodDeclaration, Node, type Project, type SourceFile, ts } from "ts-morph";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Span } from "../diagnostics/span.ts";
import type { Control } from "../dsl/control.ts";
import { frontend } from "./diagnostics.ts";
import { functionOf } from "./function-of.ts";
import { isDetectionCall } from "./load-detections.ts";
import { ModuleRunner } from "./module-runner.ts";
import { formFaults, longestId } from "./text-form.ts";

/** A control as its author wrote it: the syntax tree of its check, and its value in the plain run. */
export interface LoadedControl {
  readonly id: string;
  /** The folder under the controls' folder. */
  readonly domain: string;
  readonly file: SourceFile;
  readonly control: Control;
  readonly check: ArrowFunction | MethodDeclaration | FunctionExpression;
  /** The call of defineControl. */
  readonly definition: CallExpression;
}

export interface LoadedControls {
  readonly controls: readonly LoadedControl[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads the controls out of a project's files. A file without a default export holds helpers. */
export function loadControls(project: Project, files: readonly string[], root: string): LoadedControls {
  const diagnostics: Diagnostic[] = [];
  const controls: LoadedControl[] = [];
  const runner = new ModuleRunner(project);
  const spanOf = (node: Node): Span => ({ file: relative(root, node.getSourceFile().getFilePath()).replaceAll("\\", "/"), start: node.getStart(), end: node.getEnd() });
  const owners = new Map<string, string>();

  const checkId = (id: string, call: CallExpression): void => {
    const at = spanOf(call.getExpression());
    if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(id)) diagnostics.push(frontend["control-id"]({ id, suggestion: kebabCase(id) }, at));
    if (id.length > longestId) diagnostics.push(frontend["id-length"]({ id, count: String(id.length), most: String(longestId) }, at));
    const owner = owners.get(id);
    if (owner !== undefined) diagnostics.push(frontend["duplicate-id"]({ id, other: owner }, at));
    owners.set(id, owner ?? at.file);
  };

  for (const path of files) {
    const file = project.getSourceFileOrThrow(path);
    diagnostics.push(...foreignImports(file, spanOf), ...suppressions(file, root));
    const exported = file.getExportAssignment((assignment) => !assignment.isExportEquals());
    if (exported === undefined) continue;
    const id = basename(path, ".ts");
    const call = exported.getExpression();
    const definition = Node.isCallExpression(call) && call.getExpression().getText() === "defineControl" ? call.getArguments()[0] : undefined;
    if (isDetectionCall(call)) {
      checkId(id, call);
      continue;
    }
    if (!Node.isCallExpression(call) || definition === undefined || !Node.isObjectLiteralExpression(definition)) {
      diagnostics.push(frontend["no-control"]({}, spanOf(call)));
      continue;
    }
    checkId(id, call);
    const check = functionOf(definition, "check");
    if (check === undefined) {
      diagnostics.push(frontend["no-check"]({}, spanOf(definition.getProperty("check") ?? call.getExpression())));
      continue;
    }
    const control = run(runner, file);
    if ("reason" in control) diagnostics.push(frontend["module-throws"]({ reason: control.reason }, spanOf(call.getExpression())));
    else if (formFaults(control.value).length > 0) diagnostics.push(...formFaults(control.value).map(({ name, ...fault }) => frontend["text-form"](fault, spanOf(definition.getProperty(name) ?? call.getExpression()))));
    else controls.push({ id, domain: basename(dirname(path)), file, control: control.value, check, definition: call });
  }
  return { controls, diagnostics };
}

function run(runner: ModuleRunner, file: SourceFile): { readonly value: Control } | { readonly reason: string } {
  try {
    return { value: runner.load(file).default as Control };
  } catch (error) {
    return { reason: (error instanceof Error ? error.message : String(error)).replace(/\.$/, "") };
  }
}

function foreignImports(file: SourceFile, spanOf: (node: Node) => Span): Diagnostic[] {
  const specifiers = [...file.getImportDeclarations(), ...file.getExportDeclarations()].flatMap((declaration) => declaration.getModuleSpecifier() ?? []);
  return specifiers
    .filter((specifier) => specifier.getLiteralText() !== "portcullis" && !specifier.getLiteralText().startsWith("."))
    .map((specifier) => frontend["foreign-import"]({ module: specifier.getText() }, spanOf(specifier)));
}

/** Comments that switch the type checker off. A string that holds such words is no comment. */
function suppressions(file: SourceFile, root: string): Diagnostic[] {
  const text = file.getFullText();
  const name = relative(root, file.getFilePath()).replaceAll("\\", "/");
  return [...text.matchAll(/(?:\/\/|\/\*|^[ \t]*\*)[ \t]*(@ts-(?:ignore|expect-error|nocheck))/gm)]
    .filter((match) => !isInString(file, match.index))
    .map((match) => {
      const end = match.index + match[0].length;
      const comment = match[1] ?? "";
      return frontend["suppressed-types"]({ comment }, { file: name, start: end - comment.length, end });
    });
}

function isInString(file: SourceFile, offset: number): boolean {
  const node = file.getDescendantAtPos(offset);
  return node !== undefined && node.getStart() <= offset && (Node.isStringLiteral(node) || Node.isNoSubstitutionTemplateLiteral(node) || Node.isTemplateHead(node) || Node.isTemplateMiddle(node) || Node.isTemplateTail(node));
}

const kebabCase = (name: string): string => name.replace(/([a-z0-9])([A-Z])/g, "$1-$2").replace(/[^A-Za-z0-9]+/g, "-").replace(/^-+|-+$/g, "").toLowerCase();

/** TypeScript's own findings in the control files, in the form of ours. */
export function typeDiagnostics(project: Project, files: readonly string[], root: string): Diagnostic[] {
  const program = project.getProgram().compilerObject;
  return files.flatMap((path) => {
    const file = project.getSourceFileOrThrow(path).compilerNode;
    const found = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
    return found.map((item): Diagnostic => {
      const start = item.start ?? 0;
      const span = { file: relative(root, path).replaceAll("\\", "/"), start, end: start + (item.length ?? 0) };
      const help = typeHelp[item.code];
      return { code: `typescript/TS${item.code}`, severity: "error", span, message: sentence(inOrder(ts.flattenDiagnosticMessageText(item.messageText, "\n"))), ...(help === undefined ? {} : { help }) };
    });
  });
}

/** Alternatives in alphabetical order: TypeScript lists them as it met them, which another file in the program changes. */
const inOrder = (message: string): string => message.replace(/"[^"]+"(?: \| "[^"]+")+/g, (list) => list.split(" | ").sort().join(" | "));

const sentence = (message: string): string => (/[.?!]$/.test(message) ? message : `${message}.`);

/** What to write instead, for the type errors that authors meet most. */
const typeHelp: Readonly<Record<number, string>> = {
  2532: "The field may be absent: reach through it with ?., give it a value with ??, or test it first.",
  18047: "The field may be absent: reach through it with ?., give it a value with ??, or test it first.",
  18048: "The field may be absent: reach through it with ?., give it a value with ??, or test it first.",
  2551: "Look the field up in the Kubernetes API reference, or let the editor complete it.",
  2339: "Look the field up in the Kubernetes API reference, or let the editor complete it.",
};
