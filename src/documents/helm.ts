import { existsSync } from "node:fs";
import { basename, dirname, join, sep } from "node:path";

/** The folder of the Helm chart whose `templates` folder a file lies under, so that `{{` in it waits to be rendered. Of a chart within a chart, the outer one: Helm renders both together. */
export function helmChartOf(file: string): string | undefined {
  for (let folder = dirname(file); folder.includes("templates"); folder = dirname(folder)) {
    if ((folder === "templates" || folder.endsWith(`${sep}templates`)) && isChart(dirname(folder))) return outermost(dirname(folder));
    if (dirname(folder) === folder) return undefined;
  }
  return undefined;
}

function outermost(chart: string): string {
  const parent = dirname(dirname(chart));
  return basename(dirname(chart)) === "charts" && isChart(parent) ? outermost(parent) : chart;
}

const isChart = (folder: string): boolean => existsSync(join(folder, "Chart.yaml"));
