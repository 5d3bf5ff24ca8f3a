import { expect, it } from "vitest";
import { codeFrame } from "../../src/report/code-frame.ts";

const frame = (text: string, column: number, width = 60): string[] => codeFrame([{ number: 7, text }], 7, column, width).map((row) => row.text);

it.each([
  ["a key", "  image: nginx:1.27", 3, "  ^^^^^"],
  ["a plain value with a colon inside", "  image: nginx:1.27", 10, "         ^^^^^^^^^^"],
  ["a quoted key in JSON", '  "image": "nginx"', 3, "  ^^^^^^^"],
  ["a key after tabs, which show as two cells", "\t\timage: nginx", 3, "    ^^^^^"],
  ["a key after wide characters", "日本: {a: 1}", 6, "       ^"],
  ["the end of a line", "a:", 3, "  ^"],
])("marks %s", (_, text, column, marks) => {
  expect(frame(text, column)[1]).toBe(marks);
});

it("cuts a long line around the word that is marked", () => {
  const [text = "", marks = ""] = frame(`{ a: ${"x".repeat(100)}, privileged: true, b: ${"y".repeat(100)} }`, 108, 40);
  expect(text.length).toBeLessThanOrEqual(40);
  expect(text.slice(marks.indexOf("^"), marks.length)).toBe("privileged");
  expect(text.startsWith("…") && text.endsWith("…")).toBe(true);
});

it("leaves a line alone that fits", () => {
  expect(frame("  image: nginx", 3)[0]).toBe("  image: nginx");
});
