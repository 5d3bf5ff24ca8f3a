import { characters, cidrContains, decimal, lowerAscii } from "../dsl/intrinsics.ts";
import type { Binder, Expression, Intrinsic } from "../ir/expressions.ts";
import { expressionText } from "../ir/print.ts";
import type { Code, Compiler, Run, WalkCode } from "./compiler.ts";
import { faulty, isEmpty, isFixed, isQuestion, leaf, writtenValue } from "./conditions.ts";
import { elementsOf } from "./lists.ts";
import { namespaceIn, type Named } from "../plain/object-set.ts";
import { type CaseRequest, isObject } from "./request.ts";
import type { Obligation } from "./obligation.ts";

/**
 * Turns the expressions of one clause into functions that run them as src/ir defines, over requests without nulls, and that
 * can run them with one fault in.
 */
export class ExpressionCompiler implements Compiler {
  readonly #slots = new Map<number, number>();
  readonly #functions = new Map<string, Code>();
  readonly #declare: (obligation: Omit<Obligation, "id" | "clause">) => number;

  constructor(declare: (obligation: Omit<Obligation, "id" | "clause">) => number) {
    this.#declare = declare;
  }

  slot(binding: number): number {
    const known = this.#slots.get(binding);
    if (known !== undefined) return known;
    this.#slots.set(binding, this.#slots.size);
    return this.#slots.size - 1;
  }

  oblige: Compiler["oblige"] = (node, what, { tier = "branch", shownBy = "fault", side, span = node.span } = {}) =>
    this.#declare({ node, span, what, tier, shownBy, ...(side === undefined ? {} : { side }) });

  bind: Compiler["bind"] = ({ value, key }: Binder) => {
    const slot = this.slot(value.id);
    const keySlot = key === undefined ? -1 : this.slot(key.id);
    return (run, element, place) => {
      run.frame[slot] = element;
      if (keySlot >= 0) run.frame[keySlot] = place;
    };
  };

  condition: Compiler["condition"] = (node) => {
    switch (node.kind) {
      case "not": {
        const operand = this.condition(node.operand);
        return (run) => operand(run) !== true;
      }
      case "and": {
        const operands = node.operands.map(this.condition);
        return (run) => operands.every((operand) => operand(run) === true);
      }
      case "or": {
        const operands = node.operands.map(this.condition);
        return (run) => operands.some((operand) => operand(run) === true);
      }
      case "conditional": {
        const [test, then, otherwise] = [node.test, node.then, node.otherwise].map(this.condition) as [Code, Code, Code];
        return (run) => (test(run) === true ? then(run) : otherwise(run));
      }
      case "let": return this.#let(node.binding.id, this.value(node.value), this.condition(node.body));
      case "call": return this.value(node);
      default: return isFixed(node) ? this.value(node) : leaf(node, this);
    }
  };

  value: Compiler["value"] = (node) => {
    if (isQuestion(node)) return this.condition(node);
    switch (node.kind) {
      case "literal": return this.#literal(node);
      case "absent": return () => undefined;
      case "variable": {
        const slot = this.slot(node.binding.id);
        return (run) => run.frame[slot];
      }
      case "root": return node.name === "pod" ? podOf : (run) => run.roots[node.name];
      case "parameter": return (run) => (run.roots["parameters"] as Readonly<Record<string, unknown>>)[node.name];
      case "constant": {
        const value = writtenValue(node.value);
        return () => value;
      }
      case "member": return this.#read(node, this.value(node.object), () => node.name);
      case "entry": {
        const key = this.value(node.key);
        return this.#read(node, this.value(node.object), (run) => {
          const name = key(run);
          run.observed?.note(node, 1, name);
          return String(name);
        });
      }
      case "element": {
        const [list, index] = [this.value(node.list), this.value(node.index)];
        return (run) => (list(run) as readonly unknown[] | undefined)?.[index(run) as number];
      }
      case "record": {
        const fields = node.fields.map(({ name, value }) => [name, this.value(value)] as const);
        return (run) => Object.fromEntries(fields.map(([name, value]) => [name, value(run)]));
      }
      case "length": {
        const list = this.value(node.list);
        return (run) => ((list(run) ?? []) as readonly unknown[]).length;
      }
      case "join": {
        const [list, separator] = [this.value(node.list), this.value(node.separator)];
        return (run) => ((list(run) ?? []) as readonly unknown[]).join(String(separator(run)));
      }
      case "arithmetic": {
        const [left, right] = [this.value(node.left), this.value(node.right)];
        return (run) => {
          const [one, other] = [left(run), right(run)] as [number, number];
          return node.operator === "+" ? one + other : node.operator === "-" ? one - other : one * other;
        };
      }
      case "conditional": {
        const [test, then, otherwise] = [this.condition(node.test), this.value(node.then), this.value(node.otherwise)];
        return (run) => (test(run) === true ? then(run) : otherwise(run));
      }
      case "coalesce": return this.#coalesce(node, this.value(node.value), this.value(node.fallback));
      case "let": return this.#let(node.binding.id, this.value(node.value), this.value(node.body));
      case "text": {
        const parts = node.parts.map(this.value);
        return (run) => {
          let text = "";
          for (const part of parts) text += String(part(run));
          return text;
        };
      }
      case "split": {
        const [text, separator] = [this.value(node.text), this.value(node.separator)];
        return (run) => String(text(run)).split(String(separator(run)));
      }
      case "intrinsic": return this.#intrinsic(node);
      case "call": {
        const { function: helper } = node;
        const values = node.arguments.map(this.value);
        const slots = helper.parameters.map(({ id }) => this.slot(id));
        const body = this.#functions.get(helper.id) ?? this.value(helper.body);
        this.#functions.set(helper.id, body);
        return (run) => {
          run.effort.spent += 1;
          // All before the first is set: an argument may be a call of the same helper.
          const given: unknown[] = [];
          for (const value of values) given.push(value(run));
          for (let index = 0; index < slots.length; index += 1) run.frame[slots[index] ?? 0] = given[index];
          return body(run);
        };
      }
      case "lookup": {
        const namespace = node.namespace === undefined ? undefined : this.value(node.namespace);
        const elsewhere = namespace === undefined ? -1 : this.oblige(node, `${expressionText(node)}: what is in another namespace is left out`, { tier: "value" });
        return (run) => {
          const all = (run.roots["others"] as CaseRequest["others"])?.[node.kindName] ?? [];
          if (namespace === undefined) return all;
          const place = namespace(run);
          const places = all.map((other) => namespaceIn(other as Named));
          run.observed?.note(node, 0, places);
          run.observed?.note(node, 1, place);
          return places.some((each) => each !== place) && faulty(run, elsewhere) ? all : all.filter((_other, index) => places[index] === place);
        };
      }
      case "find": {
        const [walk, bind, body] = [this.walk(node.list), this.bind(node.binder), this.condition(node.body)];
        const later = this.oblige(node, `${expressionText(node)}: more than one is found`, { tier: "value" });
        return (run) => {
          const { values, keys } = walk(run);
          const found = values.filter((value, index) => {
            bind(run, value, keys?.[index] ?? index);
            return body(run) === true;
          });
          return found.length > 1 && faulty(run, later) ? found.at(-1) : found[0];
        };
      }
      default: {
        const elements = elementsOf(node, this);
        return (run) => elements(run).values;
      }
    }
  };

  walk: Compiler["walk"] = (list) => {
    const visited = elementsOf(list, this);
    const elements: WalkCode = (run) => {
      const found = visited(run);
      run.effort.spent += found.values.length;
      return found;
    };
    // Of a list that is written down, each element is looked for by itself.
    if (list.kind === "list" || list.kind === "constant") return elements;
    const later = this.oblige(list, `${expressionText(list)}: a later element than the first decides`, { tier: "value" });
    return (run) => {
      const found = elements(run);
      return found.values.length > 1 && faulty(run, later) ? { ...found, values: found.values.slice(0, 1) } : found;
    };
  };

  /** A text that is written in the check and used as a value: that it is this text has to matter somewhere. */
  #literal({ value, ...node }: Extract<Expression, { kind: "literal" }>): Code {
    if (typeof value !== "string") return () => value;
    const exact = this.oblige({ ...node, value }, `the text ${JSON.stringify(value)} matters`, { tier: "value" });
    return (run) => (faulty(run, exact) ? `${value}~` : value);
  }

  #let(binding: number, value: Code, body: Code): Code {
    const slot = this.slot(binding);
    return (run) => {
      run.frame[slot] = value(run);
      return body(run);
    };
  }

  /** A member or entry: absent at least once where its owner is there, and empty at least once. */
  #read(node: Extract<Expression, { kind: "member" | "entry" }>, object: Code, keyOf: (run: Run) => string): Code {
    const text = expressionText(node);
    const absent = this.oblige(node, `${text} is absent`, { tier: "value", shownBy: "sight" });
    const empty = node.type.shapes.some((shape) => shape === "string" || shape === "list" || shape === "object") ? this.oblige(node, `${text} is empty`, { tier: "value", shownBy: "sight" }) : undefined;
    return (run) => {
      const owner = object(run);
      const key = keyOf(run);
      if (!isObject(owner)) return undefined;
      const value = Object.hasOwn(owner, key) ? owner[key] : undefined;
      if (value === undefined) {
        run.hits[absent] = 1;
        run.absent?.(absent, owner, key);
      } else if (empty !== undefined && isEmpty(value)) run.hits[empty] = 1;
      return value;
    };
  }

  #coalesce(node: Extract<Expression, { kind: "coalesce" }>, value: Code, fallback: Code): Code {
    const text = expressionText(node);
    const kept = this.oblige(node, `${text}: the value is there`, { side: true });
    const replaced = this.oblige(node, `${text}: the value is absent`, { side: false });
    const empty = this.oblige(node, `${text}: the value is there but empty`, { tier: "value", side: true });
    return (run) => {
      const found = value(run);
      if (found === undefined) return faulty(run, replaced) ? undefined : fallback(run);
      return faulty(run, kept) || (isEmpty(found) && faulty(run, empty)) ? fallback(run) : found;
    };
  }

  #intrinsic(node: Intrinsic): Code {
    const values = node.arguments.map(this.value);
    const call = { lowerAscii, characters, decimal, cidrContains }[node.name];
    return (run) => {
      const [first = "", second = ""] = values.map((value, index) => {
        const found = value(run);
        run.observed?.note(node, index, found);
        return String(found);
      });
      return call(first, second);
    };
  }
}

/** The pod of a request; on a Pod itself, the object. */
const podOf: Code = (run) => run.roots["pod"];
