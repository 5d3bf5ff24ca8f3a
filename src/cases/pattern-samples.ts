import { RegExpParser, type AST } from "@eslint-community/regexpp";

const mostSamples = 6;
const parser = new RegExpParser({ ecmaVersion: 2024 });

/** A few texts that a regular expression matches: each alternative, and each repetition at its least and with one more. */
export function samplesOf(source: string, flags: string): readonly string[] {
  try {
    return alternatives(parser.parsePattern(source, undefined, undefined, { unicode: flags.includes("u") }).alternatives);
  } catch {
    return [];
  }
}

const alternatives = (list: readonly AST.Alternative[]): readonly string[] => [...new Set(list.flatMap((alternative) => sequence(alternative.elements)))].slice(0, mostSamples);

/** The samples of elements in a row: all at their first sample, then each at its others. */
function sequence(elements: readonly AST.Element[]): readonly string[] {
  const parts = elements.map(samplesOfElement);
  const first = parts.map((samples) => samples[0] ?? "");
  const others = parts.flatMap((samples, index) => samples.slice(1).map((sample) => first.map((text, at) => (at === index ? sample : text)).join("")));
  return [...new Set([first.join(""), ...others])].slice(0, mostSamples);
}

function samplesOfElement(element: AST.Element): readonly string[] {
  switch (element.type) {
    case "Character": return [String.fromCodePoint(element.value)];
    case "Group": case "CapturingGroup": return alternatives(element.alternatives);
    case "CharacterSet": return element.kind === "digit" ? ["0"] : element.kind === "space" ? [" "] : ["a"];
    case "CharacterClass": return classSamples(element);
    case "Quantifier": {
      const [least, most] = [element.min, Math.min(element.max, element.min + 1)];
      const samples = samplesOfElement(element.element);
      const [first = ""] = samples;
      const repeated = least === 0 ? [first, ""] : [first.repeat(least), ...samples.slice(1).map((sample) => sample + first.repeat(least - 1))];
      return [...new Set([...repeated, ...(most > Math.max(least, 1) ? [first.repeat(most)] : [])])];
    }
    default: return [""];
  }
}

function classSamples(node: AST.CharacterClass): readonly string[] {
  if (node.negate) return ["a"];
  const texts = node.elements.flatMap((element) => {
    if (element.type === "Character") return [String.fromCodePoint(element.value)];
    if (element.type === "CharacterClassRange") return [String.fromCodePoint(element.min.value)];
    return element.type === "CharacterSet" ? samplesOfElement(element) : [];
  });
  return texts.slice(0, mostSamples);
}
