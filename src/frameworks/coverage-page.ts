import { type Coverage, type CoveredId, type CoveringControl, type Enforcement } from "./coverage.ts";

/** The coverage for people, as Markdown: what each framework asks, who stands for it, where that holds and why not elsewhere. */
export function coveragePage(coverages: readonly Coverage[], controls: readonly CoveringControl[]): string {
  return ["# Coverage\n", introduction, summary(coverages), ...coverages.map(frameworkSection), engineSection(controls)].join("\n");
}

const introduction = `What each framework asks for, in our own words, and the controls that stand for it. A letter behind a control is the
finding that the id belongs to. Generated from the controls and from what each backend says of them; do not edit.
`;

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string => {
  const line = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |\n`;
  return `${line(head)}${line(head.map(() => "---"))}${rows.map(line).join("")}`;
};

function summary(coverages: readonly Coverage[]): string {
  const rows = coverages.map(({ ids, table: { title } }) => {
    const count = (is: (id: CoveredId) => boolean): string => String(ids.filter(is).length);
    return [
      title,
      String(ids.length),
      count(({ cover, open }) => cover === "controls" && !open),
      count(({ cover, open }) => cover === "partly" && !open),
      count(({ cover }) => cover === "built-in"),
      count(({ cover }) => cover === "process"),
      count(({ cover }) => cover === "outside"),
      count(({ open }) => open),
    ];
  });
  return table(["framework", "ids", "by controls", "in part", "by construction", "by process", "not security", "open"], rows);
}

function frameworkSection({ ids, table: { title } }: Coverage): string {
  const rows = ids.map((each) => [each.id, each.asks, standing(each), each.backends.join(", ") || "–", beyond(each)]);
  return `## ${title}\n\n${table(["id", "asks", "controls", "backends", "beyond the controls"], rows)}`;
}

function standing({ controls, cover, open }: CoveredId): string {
  if (open) return "none yet";
  if (controls.length > 0) return controls.map(({ findings, id }) => `\`${id}\`${findings.length === 0 ? "" : ` (${findings.join(", ")})`}`).join(", ");
  return { controls: "–", partly: "–", process: "process only", "built-in": "by construction", outside: "not security" }[cover];
}

const beyond = ({ beyond: text, supportedBy }: CoveredId): string =>
  [text, ...(supportedBy.length === 0 ? [] : [`Supported by ${supportedBy.map((id) => `\`${id}\``).join(", ")}.`])].filter((part) => part !== "").join(" ") || "–";

/** Each control against each backend; what is left out, or why nothing is emitted, stands below by number. */
function engineSection(controls: readonly CoveringControl[]): string {
  const backends = [...new Set(controls.flatMap(({ engines }) => engines.map(({ backend }) => backend)))].sort();
  const reasons = [...new Set(controls.flatMap(({ engines }) => engines.flatMap(({ reason }) => reason ?? [])))].sort();
  const cell = (engine: Enforcement | undefined): string => {
    if (engine === undefined) return "";
    const note = engine.reason === undefined ? "" : ` [${reasons.indexOf(engine.reason) + 1}]`;
    return `${engine.emitted ? "yes" : "no"}${note}`;
  };
  const rows = controls.toSorted((left, right) => (left.id < right.id ? -1 : 1)).map(({ engines, id }) => [`\`${id}\``, ...backends.map((backend) => cell(engines.find((each) => each.backend === backend)))]);
  const notes = reasons.map((reason, index) => `${index + 1}. ${reason}\n`).join("");
  return `## Controls and backends\n\nWhere a number stands, the list below says what is left out or done otherwise, or why nothing is emitted. A cell is empty where the backend takes no controls of that kind: those that watch events take detections, the others take controls.\n\n${table(["control", ...backends], rows)}\n${notes}`;
}
