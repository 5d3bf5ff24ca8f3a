import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { readDocuments } from "../../src/documents/index.ts";
import type { ReadItem, SourceDocument } from "../../src/documents/index.ts";

/** A ConfigMap on one line of YAML or JSON, for tests that only need an object. */
export const configMap = (name: string): string => `{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "${name}"}}`;

/** Reads a text as standard input. */
export async function readText(text: string): Promise<ReadItem[]> {
  return collect(readDocuments(["-"], { stdinText: text }));
}

export async function collect(items: AsyncIterable<ReadItem>): Promise<ReadItem[]> {
  const collected: ReadItem[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

/** The one document of a text; fails if it yields another, or an error. */
export async function readOne(text: string): Promise<SourceDocument> {
  const [item, ...rest] = (await readText(text)).filter(({ kind }) => kind !== "note");
  if (item?.kind !== "document" || rest.length > 0) throw new Error(`expected one document, got ${JSON.stringify([item, ...rest])}`);
  return item.document;
}

/** One line for each item: what a user would be told, without the help. */
export function summarize(items: readonly ReadItem[]): string[] {
  return items.map((item) => {
    switch (item.kind) {
      case "document":
        return `${item.document.file}: ${nameOf(item.document.value)}`;
      case "error":
        return `${item.error.file}:${item.error.line}:${item.error.column} error: ${item.error.message}`;
      case "note":
        return `${item.note.file}${item.note.line === undefined ? "" : `:${item.note.line}`} note: ${item.note.message}`;
    }
  });
}

function nameOf(value: unknown): string {
  const { kind, metadata } = value as { readonly kind: string; readonly metadata?: { readonly name?: string } };
  return `${kind} ${metadata?.name ?? ""}`.trim();
}

/** Makes a folder with files, hands it to `use`, and removes it. */
export async function withFolder<T>(files: Readonly<Record<string, string | Uint8Array>>, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "documents-"));
  try {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), content);
    }
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Reads a folder with these files and summarizes, with the folder's own path left out. */
export async function readFolder(files: Readonly<Record<string, string | Uint8Array>>, prepare: (folder: string) => void = () => {}): Promise<string[]> {
  return withFolder(files, async (folder) => {
    prepare(folder);
    return summarize(await collect(readDocuments([folder]))).map((line) => line.replaceAll(`${folder}/`, "").replaceAll(folder, "."));
  });
}
