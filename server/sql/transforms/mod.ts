import { walk } from "../walk.ts";
import { bareNull } from "./bare_null.ts";
import { bitLiteral } from "./bit_literal.ts";
import { byteaLiteral } from "./bytea_literal.ts";
import { functionAlias } from "./function_alias.ts";
import { names } from "./names.ts";
import { operators } from "./operators.ts";
import { regTypes } from "./reg_types.ts";
import { sequenceCalls } from "./sequence_calls.ts";
import { selectInto } from "./select_into.ts";
import { targetNames } from "./target_names.ts";
import type { Transform, TransformInput } from "./transform.ts";
import { types } from "./types.ts";

/** Every transform, in the order their edits are added: where two wrap the same text, the first is the outer one. */
const transforms: readonly Transform[] = [
  selectInto,
  names,
  types,
  sequenceCalls,
  bareNull,
  bitLiteral,
  byteaLiteral,
  operators,
  regTypes,
  targetNames,
  functionAlias,
];

/** The transforms that want to see a node type. */
const visitors = new Map<string, Transform["visit"][string][]>();
for (const { visit } of transforms) {
  for (const [type, visitor] of Object.entries(visit)) {
    visitors.set(type, [...visitors.get(type) ?? [], visitor]);
  }
}

/** Adds the edits that turn a statement of PostgreSQL's into one that DuckDB runs. */
export function transform(input: TransformInput): void {
  walk(input.tree, (type, node) => {
    const wanted = visitors.get(type);
    if (wanted) { for (const visitor of wanted) visitor(node, input); }
  });
}
