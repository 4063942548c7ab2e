import { macro, type Source } from "./source.ts";

/** What UPDATE's places in arrays become (`transforms/update_targets.ts`). */
export const dmlFunctionSources: readonly Source[] = [
  macro(
    "duckgres_array_assign",
    `(the_array, the_index, the_value) AS list_resize(coalesce(the_array, []), CAST(the_index - 1 AS BIGINT))
      || [the_value] || coalesce(the_array[the_index + 1:], [])`,
  ),
  macro(
    "duckgres_array_assign_slice",
    `(the_array, the_first, the_last, the_values) AS list_resize(coalesce(the_array, []), CAST(the_first - 1 AS BIGINT))
      || (the_values)[:the_last - the_first + 1] || coalesce(the_array[the_last + 1:], [])`,
  ),
];
