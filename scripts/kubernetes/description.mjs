const longest = 300;

/**
 * Shortens an API description to its first paragraph, and that to whole sentences of about 300 characters.
 *
 * @param {string | undefined} description
 * @returns {string} one line; empty where there is nothing to say
 */
export function shortened(description) {
  const paragraph = (description ?? "").trim().split(/\n\s*\n/)[0] ?? "";
  const line = paragraph
    .replace(/\s+/g, " ")
    .replace(/\s*More info: \S+/g, "")
    .replace(/\*\//g, "*\\/")
    .trim();
  if (line.length <= longest) return line;
  const cut = line.slice(0, longest);
  const sentence = Math.max(cut.lastIndexOf(". "), cut.lastIndexOf("; "));
  if (sentence > longest / 3) return cut.slice(0, sentence + 1).replace(/;$/, ".");
  return `${cut.slice(0, cut.lastIndexOf(" "))} …`;
}
