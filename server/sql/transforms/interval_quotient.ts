import type { A_Expr, Node } from "libpg-query";
import { nameParts } from "../constant.ts";
import { firstTokenOf } from "../extent.ts";
import { knownType } from "../known_type.ts";
import { isSymbol } from "../lexer.ts";
import { endOfDivisor } from "../operand.ts";
import type { Fields } from "../walk.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * An interval divided by a number. The `/` of a session divides integers as integers, which DuckDB has of numbers only.
 * Where only a table tells that a column is an interval, DuckDB refuses the statement, and {@linkcode divide}
 * mends it.
 *
 * @see https://www.postgresql.org/docs/18/functions-datetime.html#OPERATORS-DATETIME-TABLE
 */
export const intervalQuotient: Transform = {
  visit: {
    A_Expr: (fields, input) => {
      if (isQuotient(fields) && isInterval((fields as A_Expr).lexpr)) divide(fields, "</>", input);
    },
  },
};

function isInterval(node: Node | undefined): boolean {
  if (node && "A_Expr" in node && isQuotient(node.A_Expr as Fields)) return isInterval(node.A_Expr.lexpr);
  return knownType(node) === "interval";
}

/** Whether an expression is `a / b`. */
export function isQuotient(fields: Fields): boolean {
  const { kind, name, lexpr } = fields as A_Expr;
  return kind === "AEXPR_OP" && lexpr !== undefined && name?.length === 1 && nameParts(name)[0] === "/";
}

/** Writes a quotient with an operator of intervals (`</>`), or of whatever it is (`</~>`), in brackets: they bind looser. */
export function divide(fields: Fields, name: "</>" | "</~>", { source, edits }: TransformInput): void {
  const { lexpr, location = 0 } = fields as A_Expr;
  const { text, tokens } = source;
  const operator = source.tokenAt(source.offsetOfByte(location));
  if (!isSymbol(text, tokens[operator], "/")) return;
  const start = tokens[firstTokenOf(lexpr!, source, operator)].start;
  edits.wrap(start, tokens[endOfDivisor(source, operator + 1) - 1].end, "(", ")");
  edits.replace(tokens[operator].start, tokens[operator].end, name);
}
