import type { Binding, Expression, Some } from "../../../ir/expressions.ts";
import { rewrite, substitute } from "../../../ir/walk.ts";
import { foldNode } from "../../../passes/fold-constants.ts";
import { dataOf } from "../../cel/data.ts";
import { Beyond, inWalk, type Scope } from "./scope.ts";
import { all, any, atom, call, compare, type Jmes, negate, no, nothing, orEmptyList, yes } from "./syntax.ts";
import { dataLiteral } from "./text.ts";

/** A boolean expression as one that is true or false, or null for false, and never any other value. */
export function translateTruth(expression: Expression, scope: Scope): Jmes {
  const truth = (each: Expression): Jmes => translateTruth(each, scope);
  const value = (each: Expression): Jmes => scope.value(each, scope);
  switch (expression.kind) {
    case "literal":
      return expression.value === true ? yes : no;
    case "equals":
      return compare(value(expression.left), "==", value(expression.right));
    case "compare":
      return compare(value(expression.left), expression.operator, value(expression.right));
    case "present":
      return compare(value(expression.value), "!=", nothing);
    case "type-test":
      return compare(call("type", value(expression.value)), "==", dataLiteral(expression.tested));
    case "not":
      return negate(truth(expression.operand));
    case "and":
      return all(expression.operands.map(truth));
    case "or":
      return any(expression.operands.map(truth));
    case "conditional":
      return any([all([truth(expression.test), truth(expression.then)]), all([negate(truth(expression.test)), truth(expression.otherwise)])]);
    case "text-test": {
      const [text, search] = [value(expression.text), value(expression.search)];
      const name = { "starts-with": "starts_with", "ends-with": "ends_with", contains: "contains" }[expression.operator];
      return all([...thereOf(expression.text, text), ...thereOf(expression.search, search), call(name, text, search)]);
    }
    case "matches": {
      const text = value(expression.text);
      return all([...thereOf(expression.text, text), call("regex_match", dataLiteral(expression.pattern), text)]);
    }
    case "includes":
      return call("contains", expression.list.kind === "list" || expression.list.kind === "constant" || expression.list.kind === "parameter" ? value(expression.list) : orEmptyList(value(expression.list)), value(expression.item));
    case "some":
      return someOf(expression, scope);
    case "intrinsic":
      throw new Beyond(expression.name, expression.span);
    default:
      return compare(value(expression), "==", yes);
  }
}

/** What must hold before a function of text may be called, which fails for an absent one: a part of the object may be missing. */
const thereOf = ({ kind }: Expression, value: Jmes): readonly Jmes[] => (kind === "member" || kind === "entry" ? [compare(value, "!=", nothing)] : []);

/** Whether one of the elements fulfils a test: the elements of data one by one, those of an object by a filter that has any left. */
function someOf({ list, binder, body, span }: Some, scope: Scope): Jmes {
  if (list.kind === "concat") return any(list.lists.map((each) => someOf({ kind: "some", list: each, binder, body, span, type: body.type }, scope)));
  const data = list.kind === "parameter" ? scope.parameters[list.name] : list.kind === "constant" ? dataOf(list.value) : undefined;
  if (Array.isArray(data) && binder.key === undefined) return unrolled(data, binder.value, body, scope);
  if (list.kind === "keys" || list.kind === "values" || list.kind === "entries") {
    const own: [Binding, Jmes][] = [[binder.value, atom(list.kind === "keys" ? "key" : "value")], ...(binder.key === undefined ? [] : [[binder.key, atom("key")] as [Binding, Jmes]])];
    const members = call("items", { kind: "or", operands: [scope.value(list.object, scope), atom("`{}`")] }, dataLiteral("key"), dataLiteral("value"));
    return isNotEmpty(members, all([compare(atom("value"), "!=", nothing), translateTruth(body, inWalk(scope, own))]));
  }
  if (binder.key !== undefined) throw new Beyond("the index of an element in a question", span);
  return isNotEmpty(scope.value(list, scope), all([compare(atom("@"), "!=", nothing), translateTruth(body, inWalk(scope, [[binder.value, atom("@")]]))]));
}

const isNotEmpty = (list: Jmes, test: Jmes): Jmes => compare(call("length", orEmptyList({ kind: "filter", list, test })), ">", atom("`0`"));

/** A test of each of a list of data, which keeps the element around in reach. */
function unrolled(data: readonly unknown[], binding: Binding, body: Expression, scope: Scope): Jmes {
  const tests = data.map((item) => rewrite(substituteData(body, binding, item), foldNode));
  // Many texts that one value may equal are one question.
  const texts = tests.map((test) => (test.kind === "equals" && test.left.kind === "literal" ? { of: test.right, text: test.left.value } : test.kind === "equals" && test.right.kind === "literal" ? { of: test.left, text: test.right.value } : undefined));
  const known = texts.filter((each) => each !== undefined);
  const [first] = known;
  const open = tests.filter((test, index) => texts[index] === undefined && !(test.kind === "literal" && test.value === false));
  if (first === undefined || known.length < 2 || known.some(({ of }) => JSON.stringify(of, withoutSpans) !== JSON.stringify(first.of, withoutSpans))) return any(tests.map((test) => translateTruth(test, scope)));
  return any([call("contains", dataLiteral(known.map(({ text }) => text)), scope.value(first.of, scope)), ...open.map((test) => translateTruth(test, scope))]);
}

const withoutSpans = (name: string, value: unknown): unknown => (name === "span" || name === "type" ? undefined : value);

/** The body with data in the place of a variable, member by member. */
function substituteData(body: Expression, binding: Binding, item: unknown): Expression {
  if (typeof item !== "object" || item === null) return substitute(body, new Map([[binding.id, literalOf(item, body)]]));
  return rewrite(body, (node) => {
    if (node.kind !== "member" || node.object.kind !== "variable" || node.object.binding.id !== binding.id) return node;
    const member = (item as Readonly<Record<string, unknown>>)[node.name];
    if (typeof member === "object") throw new Beyond("data in data", node.span);
    return literalOf(member, node);
  });
}

const literalOf = (value: unknown, { span, type }: Expression): Expression => (value === undefined || value === null ? { kind: "absent", span, type } : { kind: "literal", value: value as string | number | boolean, span, type });
