import type {
  ColumnRef,
  CommonTableExpr,
  DeleteStmt,
  InsertStmt,
  JoinExpr,
  MergeStmt,
  Node,
  RangeVar,
  ReturningClause,
  SelectStmt,
  UpdateStmt,
  WithClause,
} from "libpg-query";
import { isStar, targetName } from "./column_names.ts";
import { nameParts } from "./constant.ts";
import { commonType, knownType } from "./known_type.ts";
import { isInexact } from "./numbers/inexact.ts";
import { givenNames, hasCapitals, misplacedNames, missingColumn, type Mistaken } from "./name_mistakes.ts";
import {
  columnOf,
  noteColumn,
  noteRelation,
  noteRow,
  relationKey,
  type TypedColumn,
  type TypedColumns,
  type WholeRowOf,
} from "./relation_types.ts";

/** A relation in sight, by the name that stands in front of its columns. */
interface Relation {
  name: string;
  columns: TypedColumns;
  /** An outer join may have no row of it. */
  optional?: boolean;
  /** Of a function, the columns' names that are written. */
  written?: readonly string[];
}

/** What a query sees: the relations of its FROM, and what the queries around it see. */
interface Scope {
  relations: Relation[];
  /** Some are joined by columns of the same name, of which a `*` has one. */
  merged: boolean;
  outer: Scope | null;
}

/** Common table expressions in sight. */
type Named = ReadonlyMap<string, TypedColumns>;

/**
 * Finds the column that each reference of a statement means, and tells `relation_types.ts` of it. References that are not
 * surely known stay without: where several relations have the column with different types, or the columns of a relation in
 * sight are not known.
 *
 * @param known the columns of tables, by `relation` or `schema.relation`
 * @param mistaken is told of names that PostgreSQL does not find, and the engine would
 */
export function resolveColumns(
  tree: Node,
  known: ReadonlyMap<string, TypedColumns>,
  mistaken: Mistaken = () => {},
): void {
  /** Statements in which columns have a meaning of their own. */
  const statements: Record<string, (node: never, outer: Scope | null, named: Named) => TypedColumns> = {
    SelectStmt: select,
    InsertStmt: insert,
    UpdateStmt: update,
    DeleteStmt: deletion,
    MergeStmt: merge,
  };
  /** References that may mean a column of the result, where there is none of the name. */
  const ofResult = new WeakSet<ColumnRef>();
  expressions(tree, null, new Map());

  /** Sees all references below a node; the queries among them see what is in sight there. */
  function expressions(value: unknown, scope: Scope | null, named: Named): void {
    if (Array.isArray(value)) {
      for (const item of value) expressions(item, scope, named);
      return;
    }
    if (typeof value !== "object" || value === null) return;
    for (const key in value) {
      const inner = (value as Record<string, unknown>)[key];
      if (typeof inner !== "object" || inner === null) continue;
      if (key === "ColumnRef") reference(inner as ColumnRef, scope);
      else if (key in statements) statements[key](inner as never, scope, named);
      else expressions(inner, scope, named);
    }
  }

  function reference(node: ColumnRef, scope: Scope | null): void {
    const column = columnIn(nameParts(node.fields), scope);
    if (column) return noteColumn(node, column);
    const parts = nameParts(node.fields);
    const row = rowIn(parts, scope);
    if (row) return noteRow(node, row);
    if (!hasCapitals(parts.at(-1)!) || ofResult.has(node)) return;
    const other = otherCase(parts, scope);
    if (other) mistaken(node, missingColumn(parts, `Perhaps you meant to reference the column "${other}".`));
  }

  function select(node: SelectStmt, outer: Scope | null, around: Named): TypedColumns {
    const named = withQueries(node.withClause, outer, around);
    if (node.larg && node.rarg) {
      const [left, right] = [select(node.larg, outer, named), select(node.rarg, outer, named)];
      expressions([node.limitCount, node.limitOffset].filter((limit) => limit), outer, named);
      return inBoth(left, right);
    }
    const scope: Scope = { relations: [], merged: false, outer };
    for (const item of node.fromClause ?? []) addRelations(item, scope, named);
    for (const misplaced of misplacedNames(node, givenNames(node))) {
      const parts = nameParts(misplaced.fields);
      if (isNowhere(parts[0], scope)) mistaken(misplaced, missingColumn(parts));
    }
    const { fromClause: _, withClause: __, sortClause = [], ...rest } = node;
    const names = new Set((node.targetList ?? []).map(targetName));
    for (const item of [...node.groupClause ?? [], ...node.distinctClause ?? []]) {
      if ("ColumnRef" in item && names.has(singleName(item))) ofResult.add(item.ColumnRef);
    }
    expressions(rest, scope, named);
    for (const item of sortClause) {
      // A single name is first looked for among those of the result.
      const single = "SortBy" in item ? singleName(item.SortBy.node) : null;
      if (single === null || !names.has(single)) expressions(item, scope, named);
    }
    return node.valuesLists ? columnsOfValues(node.valuesLists) : columnsOfList(node.targetList, scope);
  }

  function withQueries(clause: WithClause | undefined, outer: Scope | null, around: Named): Named {
    if (!clause) return around;
    const named = new Map(around);
    for (const node of clause.ctes ?? []) {
      if ("CommonTableExpr" in node) withQuery(node.CommonTableExpr, clause.recursive === true, outer, named);
    }
    return named;
  }

  function withQuery(
    { ctename = "", ctequery, aliascolnames, search_clause, cycle_clause }: CommonTableExpr,
    recursive: boolean,
    outer: Scope | null,
    named: Map<string, TypedColumns>,
  ): void {
    // A query that refers to itself has the types of its first part.
    const select = ctequery && "SelectStmt" in ctequery ? ctequery.SelectStmt : null;
    const first = recursive ? select?.larg : undefined;
    if (recursive) named.set(ctename, null);
    if (first) {
      const parts = withQueries(select?.withClause, outer, named);
      named.set(ctename, renamed(statements.SelectStmt(first as never, outer, parts), aliascolnames));
    }
    const columns = ctequery ? columnsOfQuery(ctequery, outer, named) : null;
    const more = search_clause !== undefined || cycle_clause !== undefined;
    if (!first || more) named.set(ctename, more ? null : renamed(columns, aliascolnames));
  }

  function columnsOfQuery(query: Node, outer: Scope | null, named: Named): TypedColumns {
    for (const key in query) {
      const node = (query as unknown as Record<string, never>)[key];
      if (key in statements) return statements[key](node, outer, named);
    }
    return null;
  }

  function addRelations(item: Node, scope: Scope, named: Named): void {
    if ("JoinExpr" in item) return addJoin(item.JoinExpr, scope, named);
    if ("RangeVar" in item) return void scope.relations.push(relation(item.RangeVar, named));
    if ("RangeTableSample" in item && item.RangeTableSample.relation) {
      return addRelations(item.RangeTableSample.relation, scope, named);
    }
    if ("RangeSubselect" in item) {
      const { subquery, alias, lateral } = item.RangeSubselect;
      const columns = subquery ? columnsOfQuery(subquery, lateral ? scope : scope.outer, named) : null;
      return void scope.relations.push({
        name: alias?.aliasname ?? "",
        columns: renamed(columns, alias?.colnames),
      });
    }
    // A function, of whose columns nothing is known.
    expressions(item, scope, named);
    const { alias, coldeflist = [] } = "RangeFunction" in item ? item.RangeFunction : {};
    const defined = coldeflist.flatMap((node) => "ColumnDef" in node ? [node.ColumnDef.colname ?? ""] : []);
    const written = alias ? [...nameParts(alias.colnames), ...defined] : undefined;
    scope.relations.push({ name: alias?.aliasname ?? "", columns: null, written });
  }

  function addJoin(
    { larg, rarg, quals, usingClause, isNatural, alias, jointype = "JOIN_INNER" }: JoinExpr,
    scope: Scope,
    named: Named,
  ) {
    const before = scope.relations.length;
    if (larg) addRelations(larg, scope, named);
    const between = scope.relations.length;
    if (rarg) addRelations(rarg, scope, named);
    if (usingClause || isNatural) scope.merged = true;
    if (quals) expressions(quals, scope, named);
    const mayMiss = (from: number, to?: number) => {
      for (const one of scope.relations.slice(from, to)) one.optional = true;
    };
    if (jointype === "JOIN_LEFT" || jointype === "JOIN_FULL") mayMiss(between);
    if (jointype === "JOIN_RIGHT" || jointype === "JOIN_FULL") mayMiss(before, between);
    if (!alias) return;
    scope.relations.splice(before);
    scope.relations.push({ name: alias.aliasname ?? "", columns: null });
  }

  function relation(node: RangeVar, named: Named): Relation {
    const columns = relationColumns(node, named);
    noteRelation(node, columns);
    return {
      name: node.alias?.aliasname ?? node.relname ?? "",
      columns: renamed(columns, node.alias?.colnames),
    };
  }

  function relationColumns(node: RangeVar, named: Named): TypedColumns {
    const query = node.schemaname === undefined ? named.get(node.relname ?? "") : undefined;
    if (query !== undefined) return query;
    const key = relationKey(node);
    return key === null ? null : known.get(key) ?? null;
  }

  function insert(node: InsertStmt, outer: Scope | null, around: Named): TypedColumns {
    const named = withQueries(node.withClause, outer, around);
    if (!node.relation) return null;
    const target = relation(node.relation, new Map());
    if (node.selectStmt) columnsOfQuery(node.selectStmt, outer, named);
    const { columns } = target;
    expressions(node.onConflictClause, of([target, { name: "excluded", columns }], outer), named);
    return returning(node.returningClause, of([target], outer), named);
  }

  function update(node: UpdateStmt, outer: Scope | null, around: Named): TypedColumns {
    const named = withQueries(node.withClause, outer, around);
    if (!node.relation) return null;
    const scope = of([relation(node.relation, new Map())], outer);
    for (const item of node.fromClause ?? []) addRelations(item, scope, named);
    expressions([node.targetList ?? [], node.whereClause ?? []], scope, named);
    return returning(node.returningClause, scope, named);
  }

  function deletion(node: DeleteStmt, outer: Scope | null, around: Named): TypedColumns {
    const named = withQueries(node.withClause, outer, around);
    if (!node.relation) return null;
    const scope = of([relation(node.relation, new Map())], outer);
    for (const item of node.usingClause ?? []) addRelations(item, scope, named);
    expressions(node.whereClause, scope, named);
    return returning(node.returningClause, scope, named);
  }

  function merge(node: MergeStmt, outer: Scope | null, around: Named): TypedColumns {
    const named = withQueries(node.withClause, outer, around);
    if (!node.relation) return null;
    const scope = of([relation(node.relation, new Map())], outer);
    if (node.sourceRelation) addRelations(node.sourceRelation, scope, named);
    expressions([node.joinCondition ?? [], node.mergeWhenClauses ?? []], scope, named);
    return returning(node.returningClause, scope, named);
  }

  /** What RETURNING sees besides are the row as it was and as it is. */
  function returning(clause: ReturningClause | undefined, scope: Scope, named: Named): TypedColumns {
    if (!clause) return null;
    const [{ columns }] = scope.relations;
    const rows = of([{ name: "old", columns }, { name: "new", columns }], scope);
    expressions(clause, rows, named);
    return columnsOfList(clause.exprs, scope);
  }
}

function of(relations: readonly Relation[], outer: Scope | null): Scope {
  return { relations: [...relations], merged: false, outer };
}

function singleName(node: Node | undefined): string | null {
  if (!node || !("ColumnRef" in node)) return null;
  const parts = nameParts(node.ColumnRef.fields);
  return parts.length === 1 ? parts[0] : null;
}

/** The column of a name, in the nearest query that has one. */
function columnIn(parts: readonly string[], scope: Scope | null): TypedColumn | null {
  const name = parts.at(-1)!;
  const relationName = parts.at(-2);
  for (let current = scope; current; current = current.outer) {
    const { relations } = current;
    const asked = relationName === undefined
      ? relations
      : relations.filter((one) => one.name === relationName);
    const found = asked.flatMap(({ columns }) => columns?.filter((column) => column.name === name) ?? []);
    if (found.length > 0) return found.every(({ type }) => type === found[0].type) ? found[0] : null;
    // It may be a column that is not known, or a whole row.
    if (asked.some(({ columns }) => columns === null)) return null;
    if (relationName === undefined ? relations.some((one) => one.name === name) : asked.length > 0) {
      return null;
    }
  }
  return null;
}

/** The row of a relation that a name means where no column has it; `null` where that, or what is in the row, is not surely known. */
function rowIn(parts: readonly string[], scope: Scope | null): WholeRowOf | null {
  const [name, star] = parts;
  if (parts.length > 2 || parts.length === 2 && star !== "*") return null;
  for (let current = scope; current; current = current.outer) {
    const { relations } = current;
    const mayBeColumn = star === undefined && relations.some((relation) => mayHave(relation, name));
    if (mayBeColumn) return null;
    const [found, second] = relations.filter((one) => one.name === name);
    if (second) return null;
    if (found) return rowOfRelation(found);
  }
  return null;
}

/** A function has the columns that are written behind it, or one that is called as it is itself. */
function mayHave({ columns, written, name: relation }: Relation, name: string): boolean {
  if (columns) return columns.some((column) => column.name === name);
  return !written || relation === name || written.includes(name);
}

function rowOfRelation({ columns, optional = false }: Relation): WholeRowOf | null {
  if (!columns || columns.length === 0) return null;
  // The engine gives columns of one name others.
  const names = new Set(columns.map(({ name }) => name.toLowerCase()));
  return names.size === columns.length ? { columns, optional } : null;
}

/** The column that DuckDB would find for a name that is none in all that is in sight; `null` where that is not surely so. */
function otherCase(parts: readonly string[], scope: Scope | null): string | null {
  const name = parts.at(-1)!;
  const relationName = parts.at(-2);
  const small = name.toLowerCase();
  let found: string | null = null;
  for (let current = scope; current; current = current.outer) {
    for (const relation of current.relations) {
      if (relation.columns === null || relation.name === name) return null;
      if (relation.columns.some((column) => column.name === name)) return null;
      if (relationName !== undefined && relation.name !== relationName) continue;
      const other = relation.columns.find((column) => column.name.toLowerCase() === small);
      if (other) found ??= `${relation.name}.${other.name}`;
    }
  }
  return found;
}

/** Whether surely no relation in sight has a column of this name, in whatever case. */
function isNowhere(name: string, scope: Scope): boolean {
  for (let current: Scope | null = scope; current; current = current.outer) {
    for (const { name: relation, columns } of current.relations) {
      if (columns === null || relation === name) return false;
      if (columns.some((column) => column.name.toLowerCase() === name.toLowerCase())) return false;
    }
  }
  return true;
}

function renamed(columns: TypedColumns, names: readonly Node[] | undefined): TypedColumns {
  if (!columns || !names) return columns;
  const given = nameParts(names);
  return columns.map((column, i) => given[i] === undefined ? column : { ...column, name: given[i] });
}

function columnsOfList(targets: readonly Node[] = [], scope: Scope): TypedColumns {
  const columns: TypedColumn[] = [];
  for (const target of targets) {
    if (!("ResTarget" in target)) return null;
    if (isStar(target)) {
      const all = columnsOfStar(target, scope);
      if (!all) return null;
      columns.push(...all);
      continue;
    }
    const { val } = target.ResTarget;
    columns.push({ ...typed(val), name: targetName(target) ?? "" });
  }
  return columns;
}

/** What leaves a query is not unknown: a literal is a text. */
function typed(node: Node | undefined): Omit<TypedColumn, "name"> {
  if (node && "ColumnRef" in node) {
    const column = columnOf(node.ColumnRef);
    return column ?? { type: null };
  }
  const type = knownType(node);
  return { type: type === "unknown" ? "text" : type, ...isInexact(node) ? { inexact: true } : {} };
}

function columnsOfStar(target: Node, { relations, merged }: Scope): TypedColumns {
  const { val } = (target as { ResTarget: { val?: Node } }).ResTarget;
  const parts = val && "ColumnRef" in val ? nameParts(val.ColumnRef.fields) : [];
  if (parts.length === 1) {
    if (merged) return null;
    const all: TypedColumn[] = [];
    for (const { columns } of relations) {
      if (!columns) return null;
      all.push(...columns);
    }
    return all;
  }
  return parts.length === 2 ? relations.find(({ name }) => name === parts[0])?.columns ?? null : null;
}

function inBoth(left: TypedColumns, right: TypedColumns): TypedColumns {
  if (!left || !right || left.length !== right.length) return null;
  return left.map(({ name, type }, i) => ({ name, type: commonType([type, right[i].type]) }));
}

/** More rows are data. */
const mostRows = 100;

function columnsOfValues(rows: readonly Node[]): TypedColumns {
  if (rows.length > mostRows) return null;
  const items = rows.map((row) => "List" in row ? row.List.items ?? [] : []);
  return items[0].map((_, i) => {
    const type = commonType(items.map((row) => knownType(row[i])));
    return { name: `column${i + 1}`, type: type === "unknown" ? "text" : type };
  });
}
