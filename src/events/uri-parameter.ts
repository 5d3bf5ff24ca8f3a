/**
 * The first value of a parameter in a request URI, read as Go's net/url does: a URI with a broken escape or with a semicolon
 * in its query gives none at all.
 */
export function uriParameter(uri: string | undefined, name: string): string | undefined {
  const [whole = ""] = (uri ?? "").split("#");
  const mark = whole.indexOf("?");
  const path = mark < 0 ? whole : whole.slice(0, mark);
  const query = mark < 0 ? "" : whole.slice(mark + 1);
  if (!isEscaped(path) || !isEscaped(query) || query.includes(";")) return undefined;
  const value = query
    .split("&")
    .filter((part) => part !== "")
    .map((part) => (part.includes("=") ? [part.slice(0, part.indexOf("=")), part.slice(part.indexOf("=") + 1)] : [part, ""]))
    .find(([key = ""]) => unescaped(key) === name)?.[1];
  return value === undefined ? undefined : unescaped(value);
}

const isEscaped = (text: string): boolean => !/%(?![0-9A-Fa-f]{2})/.test(text);

const unescaped = (text: string): string =>
  text.replaceAll("+", " ").replace(/(?:%[0-9A-Fa-f]{2})+/g, (bytes) => Buffer.from(bytes.replaceAll("%", ""), "hex").toString("utf8"));
