import { intrinsics } from "../ir/intrinsics.ts";
import { type Construct, expressions, listMethods, otherMethods, statements, stringMethods } from "./language.ts";

const cell = (text: string): string => text.replaceAll("|", "\\|");

const code = (text: string): string => (text.includes("`") ? `\`\` ${cell(text)} \`\`` : `\`${cell(text)}\``);

const table = (constructs: Readonly<Record<string, Construct>>): string =>
  ["| write | means |", "| --- | --- |", ...Object.values(constructs).map(({ example, meaning }) => `| ${code(example)} | ${cell(meaning)} |`)].join("\n");

/** docs/language.md, from the lists that lowering itself goes by. */
export function languageReference(refusals: readonly { readonly code: string; readonly message: string; readonly help: string }[]): string {
  const intrinsicRows = Object.entries(intrinsics).map(([name, { parameters, returns }]) => `| \`${name}(${parameters.join(", ")})\` | ${returns} |`);
  return `<!-- Generated from src/lowering/language.ts; do not edit. -->

# Policy TypeScript

A check is a function that TypeScript checks under \`strict\`, that runs as it stands, and that compiles to every engine.
This page lists all that it may use. Whatever is not here is refused with a diagnostic that says what to write instead.

Four rules hold everywhere:

- **Absent is null is undefined.** A member that is null is as good as missing, at every depth; null elements of lists are skipped.
- **Nothing fails.** Optional fields are typed \`T | undefined\`, and an unguarded one does not compile.
- **Everything ends.** Walks go over parts of the input or constants; helpers are pure and not recursive.
- **Violations are a set** of finding, path and message; their order means nothing.

## Statements

${table(statements)}

## Expressions

${table(expressions)}

## Methods of lists

${table(listMethods)}

## Methods of strings

${table(stringMethods)}

## Other calls

${table(otherMethods)}

## Intrinsics

What the compiler itself knows. The rest of the library is written in the language, and could have been written by you.

| call | gives |
| --- | --- |
${intrinsicRows.join("\n")}

## Refusals

| code | says | write instead |
| --- | --- | --- |
${refusals.map(({ code: name, message, help }) => `| \`${name}\` | ${cell(message)} | ${cell(help)} |`).join("\n")}
`;
}
