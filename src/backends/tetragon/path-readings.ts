import { certainly, type Filter, type HookValue, type Said } from "./filters.ts";
import { both, filterOf, type Reading } from "./readings.ts";

const absolute = (path: unknown): path is string => typeof path === "string" && path.startsWith("/");

/** Alternatives of which each could be written; undefined where one could not. */
const some = (alternatives: readonly (readonly Filter[] | undefined)[], narrower?: string): Said | undefined => {
  const written = alternatives.filter((filters) => filters !== undefined);
  return written.length < alternatives.length ? undefined : { alternatives: written, ...(narrower === undefined ? {} : { narrower }) };
};

const inside = "A path is looked for from its start, and at its end: not behind another mount and in front of more folders at once.";

/** A whole path, as the kernel resolved it. `parent` is the name of the folder around the file. */
export const path = (value: HookValue, parent: HookValue): Reading => both((test) => {
  switch (test.kind) {
    case "there":
      return certainly;
    case "in": {
      // No resolved path is relative.
      const paths = test.values.filter(absolute);
      return paths.length === 0 ? { alternatives: [] } : some([filterOf(value, "Equal", paths)]);
    }
    case "starts":
      return some([filterOf(value, "Prefix", test.values)]);
    case "ends":
      return some([filterOf(value, "Postfix", test.values)]);
    case "contains": {
      const files = test.values.filter((part) => !part.endsWith("/"));
      const folders = test.values.filter((part) => part.endsWith("/"));
      const starts = test.values.filter(absolute);
      const names = folders.flatMap((part) => /^\/([^/]+)\/$/.exec(part)?.[1] ?? []);
      const asked: readonly (readonly [HookValue, "Prefix" | "Postfix" | "Equal", readonly string[]])[] = [[value, "Prefix", starts], [value, "Postfix", files], [parent, "Equal", names]];
      const written = asked.filter(([, , values]) => values.length > 0).map(([of, operator, values]) => filterOf(of, operator, values));
      return written.length === 0 ? undefined : some(written, inside);
    }
    default:
      return undefined;
  }
});

/** The folder of a file, of which a path tells only how it begins. */
export const folderOf = (value: HookValue): Reading => both((test) => {
  if (test.kind === "there") return certainly;
  if (test.kind !== "in") return undefined;
  const said = some([filterOf(value, "Prefix", test.values.filter(absolute).map((folder) => (folder.endsWith("/") ? folder : `${folder}/`)))]);
  return said === undefined ? undefined : { ...said, wider: "A folder counts with all that lies deeper in it." };
});

/** The name of a file. */
export const nameOf = (value: HookValue): Reading => both((test) => {
  if (test.kind === "there") return certainly;
  if (test.kind !== "in") return undefined;
  return some([filterOf(value, "Postfix", test.values.map((name) => `/${name}`))]);
});

/** A path of which the hook has the folder and the name apart. */
export const pathInParts = (folder: HookValue, name: HookValue): Reading => both((test) => {
  switch (test.kind) {
    case "there":
      return certainly;
    case "in":
      return some(test.values.filter(absolute).map((each) => together(folder, "Equal", parentOf(each), name, "Equal", baseOf(each))));
    case "starts":
      return some(startingWith(folder, name, test.values));
    case "ends":
      return some(endingWith(folder, name, test.values));
    case "contains": {
      const within = test.values.filter((part) => part.endsWith("/") && part.startsWith("/") && part.length > 2).map((part) => part.slice(0, -1));
      const files = test.values.filter((part) => !part.endsWith("/"));
      const alternatives = [...startingWith(folder, name, test.values.filter(absolute)), ...endingWith(folder, name, files), ...(within.length === 0 ? [] : [filterOf(folder, "Postfix", within)])];
      return alternatives.length === 0 ? undefined : some(alternatives, inside);
    }
    default:
      return undefined;
  }
});

const parentOf = (whole: string): string => whole.slice(0, Math.max(1, whole.lastIndexOf("/")));
const baseOf = (whole: string): string => whole.slice(whole.lastIndexOf("/") + 1);

function together(folder: HookValue, folderOperator: "Equal" | "Postfix", folderText: string, name: HookValue, nameOperator: "Equal" | "Prefix", nameText: string): readonly Filter[] | undefined {
  const [left, right] = [filterOf(folder, folderOperator, [folderText]), filterOf(name, nameOperator, [nameText])];
  return left === undefined || right === undefined ? undefined : [...left, ...right];
}

function startingWith(folder: HookValue, name: HookValue, starts: readonly string[]): (readonly Filter[] | undefined)[] {
  const whole = starts.filter((start) => start.endsWith("/"));
  const parts = starts.filter((start) => !start.endsWith("/"));
  const equal = whole.map((start) => (start === "/" ? start : start.slice(0, -1)));
  return [
    ...(whole.length === 0 ? [] : [filterOf(folder, "Equal", equal), filterOf(folder, "Prefix", whole)]),
    // The name begins so, in the folder before it, or a folder does.
    ...(parts.length === 0 ? [] : [filterOf(folder, "Prefix", parts), ...parts.map((start) => together(folder, "Equal", parentOf(start), name, "Prefix", baseOf(start)))]),
  ];
}

function endingWith(folder: HookValue, name: HookValue, ends: readonly string[]): (readonly Filter[] | undefined)[] {
  const names = ends.filter((end) => /^\/[^/]+$/.test(end)).map((end) => end.slice(1));
  const parts = ends.filter((end) => !end.includes("/"));
  const deeper = ends.filter((end) => end.lastIndexOf("/") > 0);
  return [
    ...(names.length === 0 ? [] : [filterOf(name, "Equal", names)]),
    ...(parts.length === 0 ? [] : [filterOf(name, "Postfix", parts)]),
    ...deeper.map((end) => together(folder, "Postfix", parentOf(end), name, "Equal", baseOf(end))),
  ];
}
