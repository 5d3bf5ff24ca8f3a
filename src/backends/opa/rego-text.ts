/** Characters that may not stand in Rego, not even in a comment, or that editors take for line breaks: controls, separators, byte order marks. */
const rare = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;

/**
 * A Rego string: double quotes with JSON's escapes, which Rego reads alike. The one place where text becomes Rego. A lone surrogate,
 * which no text in UTF-8 can hold, becomes the replacement character.
 */
export function stringText(value: string): string {
  const text = value.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "\ufffd");
  return JSON.stringify(text).replace(rare, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** A string in the form that needs no escapes, where it has no backquote: for regular expressions. */
export const rawText = (value: string): string => (/^[\x20-\x5f\x61-\x7e]*$/.test(value) ? `\`${value}\`` : stringText(value));

/** A scalar. */
export function scalarText(value: string | number | boolean): string {
  return typeof value === "string" ? stringText(value) : String(value);
}

/** Plain data as Rego writes it. `asSet` writes a list as a set. */
export function dataText(value: unknown, asSet = false): string {
  if (Array.isArray(value)) {
    const items = value.map((item) => dataText(item));
    if (!asSet) return `[${items.join(", ")}]`;
    return items.length === 0 ? "set()" : `{${[...new Set(items)].join(", ")}}`;
  }
  if (typeof value === "object" && value !== null) return `{${Object.entries(value).map(([name, member]) => `${stringText(name)}: ${dataText(member)}`).join(", ")}}`;
  if (value === null || value === undefined) return "null";
  return scalarText(value as string | number | boolean);
}

/** Rego's keywords cannot stand behind a dot. */
const keywords = new Set("as default else every false if import in contains not null package some true with".split(" "));

/** A member behind a reference: `.name`, or `["name"]` where a dot will not do. */
export const memberText = (name: string): string => (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !keywords.has(name) ? `.${name}` : `[${stringText(name)}]`);

/** A comment, each line of the text on one of its own. A line that would make OPA read what follows as annotations is put in quotes. */
export function commentText(text: string): string {
  const lines = text.split("\n").map((line) => line.replace(rare, " ").replace(/^\s*METADATA\s*$/, '"METADATA"'));
  return lines.map((line) => `# ${line}`.trimEnd()).join("\n");
}

/** Annotations, as OPA reads them from a comment. */
export const annotationText = (yaml: string): string => ["METADATA", ...yaml.trimEnd().split("\n")].map((line) => `# ${line}`.trimEnd()).join("\n");

/** The text with each line moved in by one tab. Strings never hold line breaks here. */
export const indent = (text: string): string => text.split("\n").map((line) => (line === "" ? line : `\t${line}`)).join("\n");
