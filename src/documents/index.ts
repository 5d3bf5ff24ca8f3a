/** Reading manifests: files, folders and standard input into Kubernetes objects that know where they stand. */
export { type ReadOptions, readDocuments } from "./read-documents.ts";
export { filesWith, mayEscape, wordsIn } from "./mentions.ts";
export type { PathStep, ReadError, ReadItem, ReadNote, SourceDocument, SourceLine } from "./read-item.ts";
