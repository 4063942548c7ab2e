/** DuckDB's plans in PostgreSQL's terms: what tools and people look for in EXPLAIN. */

/** A node of DuckDB's `EXPLAIN (FORMAT JSON)`, and of its profile. */
export interface EngineNode {
  name?: string;
  operator_name?: string;
  /** Seconds of its own; only in a profile. */
  operator_timing?: number;
  /** Rows it gave; only in a profile. */
  operator_cardinality?: number;
  extra_info?: Record<string, string | string[]>;
  children?: EngineNode[];
}

/** A node as PostgreSQL's EXPLAIN has it. */
export interface PlanNode {
  /** `Node Type`. */
  type: string;
  /** How the text form calls it, where that differs: `Insert on t`. */
  label?: string;
  relation?: string;
  schema?: string;
  /** Further fields, in order: `Filter`, `Sort Key`, …; a list is an array in JSON. */
  details: [name: string, value: string | string[]][];
  /** Fields that only the structured forms have. */
  structured: [name: string, value: string][];
  rows: number;
  width: number;
  cost: number;
  actual?: { milliseconds: number; rows: number };
  children: PlanNode[];
}

/** Operators that PostgreSQL's plans have no node for. */
const transparent = new Set([
  "PROJECTION",
  "EXPLAIN_ANALYZE",
  "QUERY",
  "RESULT_COLLECTOR",
  "STREAMING_LIMIT_COLLECTOR",
]);

const names: Record<string, string> = {
  SEQ_SCAN: "Seq Scan",
  TABLE_SCAN: "Seq Scan",
  INDEX_SCAN: "Index Scan",
  DUMMY_SCAN: "Result",
  EMPTY_RESULT: "Result",
  COLUMN_DATA_SCAN: "Values Scan",
  CTE_SCAN: "CTE Scan",
  REC_CTE: "Recursive Union",
  REC_CTE_SCAN: "WorkTable Scan",
  HASH_GROUP_BY: "Aggregate",
  PERFECT_HASH_GROUP_BY: "Aggregate",
  PARTITIONED_AGGREGATE: "Aggregate",
  UNGROUPED_AGGREGATE: "Aggregate",
  SIMPLE_AGGREGATE: "Aggregate",
  HASH_JOIN: "Hash Join",
  NESTED_LOOP_JOIN: "Nested Loop",
  BLOCKWISE_NL_JOIN: "Nested Loop",
  CROSS_PRODUCT: "Nested Loop",
  POSITIONAL_JOIN: "Nested Loop",
  LEFT_DELIM_JOIN: "Nested Loop",
  RIGHT_DELIM_JOIN: "Nested Loop",
  PIECEWISE_MERGE_JOIN: "Merge Join",
  IE_JOIN: "Merge Join",
  ASOF_JOIN: "Merge Join",
  ORDER_BY: "Sort",
  LIMIT: "Limit",
  STREAMING_LIMIT: "Limit",
  LIMIT_PERCENT: "Limit",
  UNION: "Append",
  WINDOW: "WindowAgg",
  STREAMING_WINDOW: "WindowAgg",
  UNNEST: "ProjectSet",
  RESERVOIR_SAMPLE: "Sample Scan",
  STREAMING_SAMPLE: "Sample Scan",
};

const writes: Record<string, string> = {
  INSERT: "Insert",
  BATCH_INSERT: "Insert",
  UPDATE: "Update",
  DELETE: "Delete",
  DELETE_OPERATOR: "Delete",
  MERGE_INTO: "Merge",
};

/** @param target the table that a statement changes, by its name */
export function planNode(node: EngineNode, target: string | null): PlanNode {
  const operator = (node.operator_name ?? node.name ?? "").trim();
  const info = node.extra_info ?? {};
  const children = (node.children ?? []).map((child) => planNode(child, target));
  if (transparent.has(operator) || operator === "") {
    return children.length === 1
      ? { ...children[0], width: widthOf(info) || children[0].width }
      : resultNode(children);
  }
  if (operator === "FILTER" && children.length === 1) return filtered(children[0], info, node);
  if (operator === "TOP_N") return topN(node, info, children);
  const write = writes[operator];
  if (write) return writeNode(node, write, target, children);
  if (operator === "CREATE_TABLE_AS" || operator === "BATCH_CREATE_TABLE_AS") {
    return children[0] ?? resultNode([]);
  }
  const base = baseNode(node, info, children);
  if (operator.endsWith("_SCAN") && text(info.Table)) return scanNode(base, info);
  if (base.type === "Aggregate") return aggregateNode(base, info);
  if (base.type.endsWith("Join") || base.type === "Nested Loop") return joinNode(base, info);
  if (operator === "ORDER_BY") return { ...base, details: [["Sort Key", list(info["Order By"])]] };
  if (operator === "EMPTY_RESULT") return { ...base, details: [["One-Time Filter", "false"]], rows: 0 };
  if (info.Function) {
    const name = text(info.Function).toLowerCase();
    return { ...base, type: "Function Scan", relation: name, structured: [["Function Name", name]] };
  }
  return base;
}

function baseNode(node: EngineNode, info: Record<string, string | string[]>, children: PlanNode[]): PlanNode {
  const operator = (node.operator_name ?? node.name ?? "").trim();
  const estimated = Number(info["Estimated Cardinality"] ?? NaN);
  const rows = Number.isFinite(estimated) ? estimated : children[0]?.rows ?? 1;
  return {
    type: names[operator] ?? titled(operator),
    details: [],
    structured: [],
    rows,
    width: widthOf(info) || children[0]?.width || 4,
    cost: costOf(rows, children),
    ...actualOf(node, children),
    children,
  };
}

/** DuckDB has no costs; these grow as its work does, so that the dear parts of a plan stand out. */
function costOf(rows: number, children: readonly PlanNode[]): number {
  return children.reduce((sum, child) => sum + child.cost, 0) + 0.01 * Math.max(rows, 1);
}

function actualOf(node: EngineNode, children: readonly PlanNode[]): Pick<PlanNode, "actual"> {
  if (node.operator_timing === undefined) return {};
  const below = children.reduce((sum, child) => sum + (child.actual?.milliseconds ?? 0), 0);
  return {
    actual: { milliseconds: below + 1000 * node.operator_timing, rows: node.operator_cardinality ?? 0 },
  };
}

function widthOf(info: Record<string, string | string[]>): number {
  return info.Projections === undefined ? 0 : 8 * Math.max(list(info.Projections).length, 1);
}

function resultNode(children: PlanNode[]): PlanNode {
  return {
    type: "Result",
    details: [],
    structured: [],
    rows: 1,
    width: 4,
    cost: costOf(1, children),
    children,
  };
}

function filtered(child: PlanNode, info: Record<string, string | string[]>, node: EngineNode): PlanNode {
  const rows = Number(info["Estimated Cardinality"] ?? child.rows);
  const details: PlanNode["details"] = [...child.details, ["Filter", text(info.Expression)]];
  return { ...child, rows, details, ...actualOf(node, [child]) };
}

function topN(node: EngineNode, info: Record<string, string | string[]>, children: PlanNode[]): PlanNode {
  const sort = { ...baseNode(node, info, children), type: "Sort" };
  sort.details = [["Sort Key", list(info["Order By"])]];
  const rows = Math.min(Number(text(info.Top)) || sort.rows, sort.rows);
  return { ...sort, type: "Limit", details: [], rows, children: [sort] };
}

function writeNode(node: EngineNode, write: string, target: string | null, children: PlanNode[]): PlanNode {
  return {
    ...baseNode(node, {}, children),
    type: "ModifyTable",
    label: `${write} on ${target ?? "?"}`,
    structured: [["Operation", write], ["Relation Name", target ?? ""]],
    rows: 0,
    width: 0,
  };
}

function scanNode(base: PlanNode, info: Record<string, string | string[]>): PlanNode {
  const parts = text(info.Table).split(".");
  const schema = parts.at(-2);
  const index = text(info.Type) === "Index Scan";
  const filters = list(info.Filters).filter((filter) => filter !== "");
  return {
    ...base,
    type: index ? "Index Scan" : "Seq Scan",
    relation: parts.at(-1)!,
    schema: schema === "main" ? "public" : schema,
    details: filters.length === 0
      ? []
      : [[index ? "Index Cond" : "Filter", bracketed(filters.join(" AND "))]],
  };
}

function aggregateNode(base: PlanNode, info: Record<string, string | string[]>): PlanNode {
  const groups = info.Groups === undefined ? [] : list(info.Groups);
  if (groups.length === 0) return { ...base, structured: [["Strategy", "Plain"]] };
  return {
    ...base,
    label: "HashAggregate",
    structured: [["Strategy", "Hashed"]],
    details: [["Group Key", groups]],
  };
}

const joinWords: Record<string, string> = {
  LEFT: "Left",
  RIGHT: "Right",
  OUTER: "Full",
  FULL: "Full",
  SEMI: "Semi",
  ANTI: "Anti",
};

function joinNode(base: PlanNode, info: Record<string, string | string[]>): PlanNode {
  const word = joinWords[text(info["Join Type"])];
  const conditions = list(info.Conditions).filter((condition) => condition !== "");
  const name = base.type === "Hash Join"
    ? "Hash Cond"
    : base.type === "Merge Join"
    ? "Merge Cond"
    : "Join Filter";
  const [outer, inner] = base.children;
  const hashed = base.type === "Hash Join" && inner
    ? [outer, {
      ...inner,
      type: "Hash",
      label: undefined,
      relation: undefined,
      details: [],
      structured: [],
      children: [inner],
    }]
    : base.children;
  const kind = base.type === "Nested Loop" ? "Nested Loop" : base.type.replace(" Join", "");
  return {
    ...base,
    label: word ? `${kind} ${word} Join` : base.type,
    structured: [["Join Type", word ?? "Inner"]],
    details: conditions.length === 0 ? [] : [[name, bracketed(conditions.join(" AND "))]],
    children: hashed,
  };
}

function bracketed(condition: string): string {
  return condition.startsWith("(") ? condition : `(${condition})`;
}

function text(value: string | string[] | undefined): string {
  return Array.isArray(value) ? value.join(", ") : value ?? "";
}

function list(value: string | string[] | undefined): string[] {
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}

function titled(operator: string): string {
  return operator.toLowerCase().replace(/_+/g, " ").replace(/\b\w/g, (letter) => letter.toUpperCase());
}
