import { dirname, join } from "node:path";
import { compileFunction } from "node:vm";
import { type Project, type SourceFile, ts } from "ts-morph";
import * as dsl from "../dsl/index.ts";

/**
 * Loads control files as they stand: types are stripped in memory, `portcullis` is the DSL of this process, relative imports
 * are other files of the project. This is the plain run of a control that has just been edited.
 */
export class ModuleRunner {
  readonly #project: Project;
  readonly #loaded = new Map<string, Record<string, unknown>>();

  constructor(project: Project) {
    this.#project = project;
  }

  /** The exports of a file. Throws what the file throws. */
  load(file: SourceFile): Record<string, unknown> {
    const path = file.getFilePath();
    const known = this.#loaded.get(path);
    if (known !== undefined) return known;
    const exports: Record<string, unknown> = {};
    this.#loaded.set(path, exports);
    const options = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2023, esModuleInterop: true } as const;
    const { outputText } = ts.transpileModule(file.getFullText(), { compilerOptions: options, fileName: path });
    const require = (name: string): unknown => this.#require(name, path);
    compileFunction(outputText, ["exports", "require"], { filename: path })(exports, require);
    return exports;
  }

  #require(name: string, from: string): unknown {
    if (name === "portcullis") return dsl;
    const target = name.startsWith(".") ? this.#project.getSourceFile(join(dirname(from), name)) : undefined;
    if (target === undefined) throw new Error(`it imports ${name}, which is not there`);
    return this.load(target);
  }
}
