import type { RawDocument } from "./document-reader.ts";
import { locateField } from "./locate.ts";
import { LocatedDocument } from "./located-document.ts";
import type { PathStep, ReadItem } from "./read-item.ts";
import type { Region } from "./region.ts";
import { isJsonObject, type JsonObject, type JsonValue, setOwn } from "./syntax/json-value.ts";
import { Problem } from "./syntax/problem.ts";

/** Counts the objects of a file. */
export interface Counter {
  documents: number;
}

/** The objects that a document holds: itself, or, for a List, its items. What was meant as none gets a note. */
export function* unpack({ value, region }: RawDocument, counter: Counter): Generator<ReadItem> {
  const fault = faultOf(value);
  if (fault === undefined) yield* unpackObject(value as JsonObject, [], region, counter);
  else if (isMeantAsObject(value)) yield region.error(new Problem(region.root()?.start ?? 0, `${fault}, so it was not judged, though it looks like a Kubernetes object.`, adviceFor(value)));
  else yield region.note(region.root()?.start ?? 0, `${fault}, so this is no Kubernetes object and was skipped.`);
}

function* unpackObject(value: JsonObject, path: readonly PathStep[], region: Region, counter: Counter): Generator<ReadItem> {
  const { items } = value;
  if (!String(value.kind).endsWith("List") || !Array.isArray(items)) {
    yield { kind: "document", document: new LocatedDocument(region, counter.documents, value, path) };
    counter.documents += 1;
    return;
  }
  if (items.length === 0 && path.length === 0) yield region.note(locate(region, path), `This ${String(value.kind)} has no items.`);
  for (const [index, item] of items.entries()) {
    const itemPath = [...path, "items", index];
    inherit(item, value);
    const fault = faultOf(item);
    if (fault === undefined) yield* unpackObject(item as JsonObject, itemPath, region, counter);
    else yield region.error(new Problem(locate(region, itemPath), `${fault}, so this item of a ${String(value.kind)} is no Kubernetes object.`, "Give it an apiVersion and a kind."));
  }
}

/** As kubectl does: an item of a PodList that says neither apiVersion nor kind is a Pod of the list's version. */
function inherit(item: JsonValue, list: JsonObject): void {
  const kind = String(list.kind).slice(0, -"List".length);
  if (kind === "" || !isJsonObject(item) || !isUnset(item.kind) || !isUnset(item.apiVersion)) return;
  setOwn(item, "apiVersion", list.apiVersion ?? null);
  setOwn(item, "kind", kind);
}

function isUnset(value: JsonValue | undefined): boolean {
  return value === undefined || value === null || value === "";
}

function faultOf(value: JsonValue): string | undefined {
  if (!isJsonObject(value)) return Array.isArray(value) ? "The document is a list" : "The document is a scalar";
  const missing = ["apiVersion", "kind"].filter((key) => isUnset(value[key]));
  if (missing.length > 0) return `It has no ${missing.join(" and no ")}`;
  if (typeof value.apiVersion !== "string") return "Its apiVersion is no text";
  return typeof value.kind === "string" ? undefined : "Its kind is no text";
}

/** Other YAML has its own keys; one with metadata and a spec, or with either and half of what names a kind, lacks the rest by mistake. */
function isMeantAsObject(value: JsonValue): value is JsonObject {
  if (!isJsonObject(value)) return false;
  const parts = ["metadata", "spec"].filter((key) => isJsonObject(value[key] ?? null)).length;
  return parts === 2 || (parts === 1 && Object.keys(value).some((key) => /^(apiVersion|kind)$/i.test(key)));
}

/** Fields are told apart by case, which is easily missed. */
function adviceFor(value: JsonObject): string {
  const slips = ["apiVersion", "kind"].flatMap((name) => Object.keys(value).filter((key) => key !== name && key.toLowerCase() === name.toLowerCase() && isUnset(value[name])).map((key) => `${name} instead of ${key}`));
  return slips.length > 0 ? `Write ${slips.join(" and ")}.` : "Give it an apiVersion and a kind, both as text.";
}

function locate(region: Region, path: readonly PathStep[]): number {
  const root = region.root();
  return root === undefined ? 0 : locateField(root, path, "key");
}
