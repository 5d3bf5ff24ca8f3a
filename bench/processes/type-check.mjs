// Type-checks files with the TypeScript that ts-morph carries and does nothing else. It is given the compiler's options and
// the files, as JSON.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ts } from "ts-morph";

const { options, files } = JSON.parse(process.argv[2]);
const host = ts.createCompilerHost(options);
// ts-morph keeps TypeScript's library in memory, where only its own hosts find it: take the files of the package beside it.
const library = dirname(fileURLToPath(import.meta.resolve("typescript")));
const program = ts.createProgram(files, options, { ...host, getDefaultLibLocation: () => library, getDefaultLibFileName: () => join(library, "lib.es2023.full.d.ts") });
const found = files.flatMap((path) => {
  const file = program.getSourceFile(path);
  return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
});
for (const { file, messageText } of found) process.stderr.write(`${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}\n`);
if (found.length > 0) process.exitCode = 1;
