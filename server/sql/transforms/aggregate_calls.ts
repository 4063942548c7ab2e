import type { Node } from "libpg-query";
import { nameParts } from "../constant.ts";
import type { Fields } from "../walk.ts";

const aggregates = new Set(
  ("count sum min max avg bool_and bool_or every string_agg array_agg json_agg jsonb_agg json_object_agg " +
    "jsonb_object_agg bit_and bit_or bit_xor stddev stddev_pop stddev_samp variance var_pop var_samp corr covar_pop " +
    "covar_samp regr_slope regr_intercept regr_count any_value mode percentile_cont percentile_disc").split(
      " ",
    ),
);

/** A call of one of PostgreSQL's aggregates that is not a window function. */
export function isAggregateCall(type: string, node: Fields): boolean {
  if (type !== "FuncCall" || node.over) return false;
  const parts = nameParts(node.funcname as Node[]);
  return (parts.length === 1 || parts[0] === "pg_catalog") && aggregates.has(parts.at(-1)!);
}
