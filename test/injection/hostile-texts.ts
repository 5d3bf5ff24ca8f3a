import fc from "fast-check";

/** Texts that something on the way may take for more than text: quotes, breaks, templates, wildcards, formats, YAML, numbers. */
export const hostileTexts: readonly string[] = [
  ...["'", '"', "''", '"""', "`", "\\", "\\\\", "\\n", "\\u0041", "a'b\"c`d\\e", "r'x'", "'''"],
  ...["\n", "a\nb", "a\n", "\na", "a\n\n", " a\nb", "a\n b\n", "a \nb", "a\n\tb", "\r", "a\r\nb", "a\tb", "\t", " ", " a", "a ", ""],
  ...["\u0000", "a\u0007b", "\u001b[31m", "\u007f", "a\u0085b", "\u2028", "a\u2029b", "\ufeff", "\ufeffa", "\ufffe", "\u00a0", "\u200b", "\u202e"],
  ...["😀", "👩‍👩‍👧", "\u{10ffff}", "é", "e\u0301"],
  ...["{{ request.operation }}", "{{request.object.spec}}", "{{", "}}", "{{ `a` }}", "${a}", "${HOME}", "$(A)", "$(a)", "#{a}", "{%a%}", "<%= a %>", "\\{{ a }}", "$a", "@a", "$$"],
  ...["*", "?", "**", "a*", "*a", "?*", "!a", "a|b", "a&b", ">1", "<=2", "1-10", "[a-z]", "(a)", "=(a)", "^(a)", "X(a)", "+(a)"],
  ...["%", "%s", "%d", "%!", "%%", "%v%q", "%n"],
  ...["</script>", "<!--", "-->", "]]>", "&amp;", "<b>", "a|b", "| a |"],
  ...["!!python/object:os.system", "!!binary a", "!a", "&a", "*a", "&a *a", "<<", "=", "-", "- a", "-a", "--- a", "---", "...", "a\n---\nb", "---\na", "# a", "a # b", "a: b", "a:", ": a", "? a", "[", "]", "{", "}", "[a]", "{a: b}", ",", "|", ">", "@", "%YAML 1.1"],
  ...["yes", "no", "y", "n", "Y", "on", "off", "true", "True", "null", "~", "Null", "NaN", ".nan", ".inf", "-.inf"],
  ...["0", "1", "-1", "+1", "1.0", "0x10", "0o14", "014", "0b11", "1e3", "1E3", "1_000", "1:30", "190:20:30", ".5", "5.", "2026-11-25", "2026-11-25T00:00:00Z", "9999999999999999999", "12e03", "0x_1", "0b-1"],
  ...["object.spec", "object.metadata.name", "variables.a", "input.review", "data.inventory", "__proto__", "constructor", "undefined", "package a", "}", "') || true || ('", '" == "', "\") or true #", "import data"],
];

/** Any text, more often one of those above, or several of them joined. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...hostileTexts),
  fc.array(fc.oneof(fc.constantFrom(...hostileTexts), fc.constantFrom("a", " ", "\n", "\t", "'", '"', "\\", "\r")), { minLength: 1, maxLength: 6 }).map((parts) => parts.join("")),
  fc.string({ unit: "binary", maxLength: 12 }),
);
