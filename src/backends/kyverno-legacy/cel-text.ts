/**
 * Expressions of CEL as Kyverno takes them. It looks for variables, `{{ }}`, and references, `$( )`, in every text of a policy and
 * refuses those that it does not know, so neither may stand in a literal. Outside of literals CEL knows neither.
 */
export function celText(expression: string): string {
  return expression.replace(/\br'[^']*'|'(?:[^'\\]|\\.)*'/gs, (literal) => {
    if (!/\{\{|\$\(/.test(literal)) return literal;
    const escaped = literal.startsWith("r") ? literal.slice(1).replaceAll("\\", "\\\\") : literal;
    return escaped.replace(/\{(?=\{)/g, "\\u007b").replaceAll("$(", "$\\u0028");
  });
}
