/** 10000 as "10,000". */
export const number = (value) => value.toLocaleString("en-US");

/** Seconds with three digits that count. */
export const seconds = (value) => (value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2));

/** A ratio, as "1.4×". */
export const ratio = (value) => `${value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)}×`;

/** A table in Markdown, its columns as wide as they need, numbers to the right. */
export function table(columns, rows) {
  const widths = columns.map((column, index) => Math.max(column.length, ...rows.map((row) => row[index].length)));
  const numeric = columns.map((_, index) => rows.every((row) => /^[\d,.]+( MiB|×)?$|^its own$/.test(row[index])));
  const line = (cells) => `| ${cells.map((cell, index) => (numeric[index] ? cell.padStart(widths[index]) : cell.padEnd(widths[index]))).join(" | ")} |`;
  const rule = `| ${widths.map((width, index) => (numeric[index] ? `${"-".repeat(width - 1)}:` : "-".repeat(width))).join(" | ")} |`;
  return [line(columns), rule, ...rows.map(line)].join("\n");
}
