import type { FuncCall, Node } from "libpg-query";
import { PgError } from "../../../worker/api/error.ts";
import { lastPart } from "../constant.ts";
import { knownType } from "../known_type.ts";
import { type Fields, walk } from "../walk.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * `round(x, digits)` and `trunc(x, digits)` are PostgreSQL's for numerics only. The engine takes double precision too, which
 * quotients of numerics are, also as columns of tables and views that were made of them; so only what the text says to be of
 * that type is refused.
 *
 * @see https://www.postgresql.org/docs/18/functions-math.html#FUNCTIONS-MATH-FUNC-TABLE
 */
export const roundDigits: Transform = { visit: { FuncCall: call } };

function call(fields: Fields, { source, refuse }: TransformInput): void {
  const { funcname, args = [], location } = fields as FuncCall;
  const name = lastPart(funcname) ?? "";
  if (args.length !== 2 || (name !== "round" && name !== "trunc")) return;
  const [type, digits] = args.map(knownType);
  if (type !== "double precision" && type !== "real" || digits !== "integer") return;
  if (namesColumn(args[0])) return;
  refuse(
    new PgError("42883", `function ${name}(${type}, ${digits}) does not exist`, {
      hint:
        "No function matches the given name and argument types. You might need to add explicit type casts.",
    }),
    source.offsetOfByte(location ?? 0),
  );
}

function namesColumn(node: Node): boolean {
  let found = false;
  walk(node, (type) => {
    found ||= type === "ColumnRef";
  });
  return found;
}
