import { existsSync, readdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { Project, ts } from "ts-morph";

/** The package's own folder, from src/ and dist/ alike. */
export const packageRoot = resolve(dirname(fileURLToPath(import.meta.url)), "../..");

/** The DSL's source. It is part of every program, since what controls call from it is compiled with them. */
export const libraryFolder = join(packageRoot, "src/dsl");

/** The strictness that the language relies on: without it an unguarded optional would pass. */
export const languageOptions: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  lib: ["lib.es2023.d.ts"],
  types: [],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  noFallthroughCasesInSwitch: true,
  allowImportingTsExtensions: true,
  noEmit: true,
  skipLibCheck: true,
  // The paths that could stand there are worth reading whole.
  noErrorTruncation: true,
  paths: { portcullis: [join(libraryFolder, "index.ts")] },
};

/** A TypeScript program over control files. Files are paths of the disk. */
export function openProject(files: readonly string[]): Project {
  const project = new Project({ compilerOptions: languageOptions, skipFileDependencyResolution: true, skipAddingFilesFromTsConfig: true });
  for (const file of files) project.addSourceFileAtPath(file);
  return project;
}

/** All TypeScript files under a folder, in a stable order. */
export function typescriptFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts") && !entry.name.endsWith(".d.ts") && !entry.name.endsWith(".test.ts"))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
