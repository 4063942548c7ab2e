import type { Node, WindowDef } from "libpg-query";
import { PgError } from "../../../worker/api/error.ts";
import { constantText } from "../constant.ts";
import { leftmostByte } from "../extent.ts";
import type { Fields } from "../walk.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * Frames that go backwards or nowhere, where DuckDB answers NULL: `ROWS BETWEEN -1 PRECEDING AND CURRENT ROW`.
 *
 * @see https://www.postgresql.org/docs/current/sql-expressions.html#SYNTAX-WINDOW-FUNCTIONS
 */
export const windowFrames: Transform = {
  visit: {
    WindowDef: (fields, input) => {
      const { startOffset, endOffset, frameOptions = 0 } = fields as WindowDef & Fields;
      const isRange = (Number(frameOptions) & range) !== 0;
      check(startOffset, "starting", isRange, input);
      check(endOffset, "ending", isRange, input);
    },
  },
};

/** FRAMEOPTION_RANGE of PostgreSQL's parsenodes.h. */
const range = 0x00002;

function check(
  offset: Node | undefined,
  end: string,
  isRange: boolean,
  { source, refuse }: TransformInput,
): void {
  if (!offset) return;
  const error = mistakeIn(offset, end, isRange);
  if (error) refuse(error, source.offsetOfByte(leftmostByte(offset)));
}

function mistakeIn(offset: Node, end: string, isRange: boolean): PgError | null {
  if ("A_Const" in offset && offset.A_Const.isnull) {
    return new PgError("22004", `frame ${end} offset must not be null`);
  }
  const isNegative = "A_Const" in offset && Number(constantText(offset)) < 0;
  if (!isNegative) return null;
  return isRange
    ? new PgError("22013", "invalid preceding or following size in window function")
    : new PgError("22013", `frame ${end} offset must not be negative`);
}
