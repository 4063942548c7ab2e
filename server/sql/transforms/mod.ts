import { walk } from "../walk.ts";
import { rowLimits } from "./row_limits.ts";
import { valuesNames } from "./values_names.ts";
import { arrayConcat } from "./array_concat.ts";
import { arrayOperators } from "./array_operators.ts";
import { arraySlices } from "./array_slices.ts";
import { arrayTexts } from "./array_texts.ts";
import { aggregates } from "./aggregates.ts";
import { longNames } from "./long_names.ts";
import { numberLiteral } from "./number_literal.ts";
import { enumCalls } from "./enum_calls.ts";
import { emptyArrays } from "./empty_arrays.ts";
import { namedArguments } from "./named_arguments.ts";
import { typeMistakes } from "./type_mistakes.ts";
import { untypedLiterals } from "./untyped_literals.ts";
import { roundDigits } from "./round_digits.ts";
import { rowComparison } from "./row_comparison.ts";
import { widenedNumbers } from "./widened_numbers.ts";
import { variadic } from "./variadic.ts";
import { rowTexts } from "./row_texts.ts";
import { rowValues } from "./row_values.ts";
import { rows } from "./rows.ts";
import { withQueries } from "./with_queries.ts";
import { windowFrames } from "./window_frames.ts";
import { wordedCalls } from "./worded_calls.ts";
import { vectors } from "./vectors.ts";
import { constantColumns } from "./constant_columns.ts";
import { constantNumbers } from "./constant_numbers.ts";
import { conflictRows } from "./conflict_rows.ts";
import { conflictValues } from "./conflict_values.ts";
import { words } from "./words.ts";
import { allNull } from "./all_null.ts";
import { bareNull } from "./bare_null.ts";
import { betweenSymmetric } from "./between_symmetric.ts";
import { bindingSize } from "./binding_size.ts";
import { bitLiteral } from "./bit_literal.ts";
import { byteAggregates } from "./byte_aggregates.ts";
import { characterCasts } from "./character_casts.ts";
import { assignments } from "./assignments.ts";
import { columnQuestions } from "./column_questions.ts";
import { dateFields } from "./date_fields.ts";
import { dateForms } from "./date_forms.ts";
import { doubtfulLiterals } from "./doubtful_literals.ts";
import { functionInFrom } from "./function_in_from.ts";
import { fromScope } from "./from_scope.ts";
import { joinAlias } from "./join_alias.ts";
import { distinctGroups } from "./distinct_groups.ts";
import { literalCast } from "./literal_cast.ts";
import { locking } from "./locking.ts";
import { json } from "./json.ts";
import { jsonCasts } from "./json_casts.ts";
import { jsonEquality } from "./json_equality.ts";
import { jsonPath } from "./json_path.ts";
import { names } from "./names.ts";
import { planningSize } from "./planning_size.ts";
import { orderedSets } from "./ordered_sets.ts";
import { numericQuotients } from "./numeric_quotients.ts";
import { operators } from "./operators.ts";
import { integerBytes } from "./integer_bytes.ts";
import { intervalQuotient } from "./interval_quotient.ts";
import { nullArguments } from "./null_arguments.ts";
import { formats } from "./formats.ts";
import { regularExpressions } from "./regular_expressions.ts";
import { regTypes } from "./reg_types.ts";
import { network } from "./network.ts";
import { noColumns } from "./no_columns.ts";
import { normalized } from "./normalized.ts";
import { nestedWrites } from "./nested_writes.ts";
import { jsonRecords } from "./json_records.ts";
import { sqlJson } from "./sql_json.ts";
import { sqlJsonQuery } from "./sql_json_query.ts";
import { sessionState } from "./session_state.ts";
import { returning } from "./returning.ts";
import { searchCycle } from "./search_cycle.ts";
import { sequenceCalls } from "./sequence_calls.ts";
import { selectInto } from "./select_into.ts";
import { setReturningCalls } from "./set_returning.ts";
import { tableSample } from "./table_sample.ts";
import { targetNames } from "./target_names.ts";
import type { Transform, TransformInput } from "./transform.ts";
import { paddedLengths } from "./padded_lengths.ts";
import { typedTexts } from "./typed_texts.ts";
import { typeNames } from "./type_names.ts";
import { types } from "./types.ts";
import { insertTargets } from "./insert_targets.ts";
import { updateTargets } from "./update_targets.ts";

/** Every transform, in the order their edits are added: where two wrap the same text, the first is the outer one. */
const transforms: readonly Transform[] = [
  bindingSize,
  planningSize,
  columnQuestions,
  constantColumns,
  constantNumbers,
  numericQuotients,
  targetNames,
  words,
  wordedCalls,
  typeNames,
  longNames,
  selectInto,
  names,
  json,
  jsonCasts,
  jsonEquality,
  jsonPath,
  jsonRecords,
  sqlJson,
  sqlJsonQuery,
  types,
  sequenceCalls,
  withQueries,
  searchCycle,
  fromScope,
  joinAlias,
  distinctGroups,
  bareNull,
  allNull,
  betweenSymmetric,
  network,
  normalized,
  bitLiteral,
  numberLiteral,
  rows,
  noColumns,
  rowTexts,
  rowValues,
  rowComparison,
  variadic,
  literalCast,
  characterCasts,
  doubtfulLiterals,
  dateFields,
  dateForms,
  enumCalls,
  emptyArrays,
  namedArguments,
  typeMistakes,
  assignments,
  typedTexts,
  paddedLengths,
  untypedLiterals,
  nullArguments,
  intervalQuotient,
  roundDigits,
  widenedNumbers,
  integerBytes,
  formats,
  regularExpressions,
  operators,
  regTypes,
  functionInFrom,
  setReturningCalls,
  aggregates,
  orderedSets,
  windowFrames,
  byteAggregates,
  arrayConcat,
  arrayOperators,
  arraySlices,
  arrayTexts,
  rowLimits,
  valuesNames,
  locking,
  tableSample,
  returning,
  insertTargets,
  updateTargets,
  nestedWrites,
  sessionState,
  vectors,
  conflictRows,
  conflictValues,
];

const wholes = transforms.flatMap(({ whole }) => whole ? [whole] : []);

/** The transforms that want to see a node type. */
const visitors = new Map<string, Transform["visit"][string][]>();
for (const { visit } of transforms) {
  for (const [type, visitor] of Object.entries(visit)) {
    visitors.set(type, [...visitors.get(type) ?? [], visitor]);
  }
}

/** Adds the edits that turn a statement of PostgreSQL's into one that DuckDB runs. */
export function transform(input: TransformInput): void {
  for (const whole of wholes) whole(input);
  walk(input.tree, (type, node) => {
    const interested = visitors.get(type);
    if (interested === undefined) return;
    for (let i = 0; i < interested.length; i++) if (interested[i](node, input) === "skip") return "skip";
  });
}
