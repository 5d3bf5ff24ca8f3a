/**
 * The first value of a parameter in a request URI, read as Go's net/url does: a URI with a broken escape, with a semicolon in
 * its query, or with a colon where a scheme would end but none stands, gives none at all.
 */
export function uriParameter(uri: string | undefined, name: string): string | undefined {
  if (uri === undefined || !uri.includes("?")) return undefined;
  const [whole = ""] = uri.split("#");
  const mark = whole.indexOf("?");
  const path = mark < 0 ? whole : whole.slice(0, mark);
  const query = mark < 0 ? "" : whole.slice(mark + 1);
  if (!isEscaped(path) || !isEscaped(query) || query.includes(";") || hasBadScheme(path)) return undefined;
  const value = query
    .split("&")
    .filter((part) => part !== "")
    .map((part) => (part.includes("=") ? [part.slice(0, part.indexOf("=")), part.slice(part.indexOf("=") + 1)] : [part, ""]))
    .find(([key = ""]) => unescaped(key) === name)?.[1];
  return value === undefined ? undefined : unescaped(value);
}

const isEscaped = (text: string): boolean => !/%(?![0-9A-Fa-f]{2})/.test(text);

const hasBadScheme = (path: string): boolean => (path.split("/")[0] ?? "").includes(":") && !/^[A-Za-z][A-Za-z0-9+.-]*:/.test(path);

const unescaped = (text: string): string =>
  text.replaceAll("+", " ").replace(/(?:%[0-9A-Fa-f]{2})+/g, (bytes) => Buffer.from(bytes.replaceAll("%", ""), "hex").toString("utf8"));
