import { lookup } from "../../worker/api/lookup.ts";
import type {
  A_Expr,
  ColumnRef,
  FuncCall,
  Node,
  RangeFunction,
  RangeVar,
  ResTarget,
  SelectStmt,
  TypeCast,
} from "libpg-query";
import type { Column, PgType } from "../../worker/api/executor.ts";
import { arrayOidOf, oids, typeByName, typeLength } from "../../worker/api/types.ts";
import { columnTypesData } from "./catalog/column_types_data.ts";
import { sessionFunctions } from "./transforms/session_state.ts";
import { isStar, targetName } from "./column_names.ts";
import { lastPart, nameParts } from "./constant.ts";
import { jsonFunctionType } from "./json_type.ts";
import { toldFunction, toldOperator } from "./told_operators.ts";

/**
 * The types of a statement's result columns where PostgreSQL's is one that DuckDB has no equal of, but whose values look the
 * same: `name`, `varchar(10)`, `regclass`, `bit`. `null` where the engine's own type is right. As with names, a `*` hides
 * how many columns there are, so types are known from both ends.
 */
export interface ColumnTypes {
  readonly left: readonly (PgType | null)[];
  /** `null` when there is no star: `left` is all. */
  readonly right: readonly (PgType | null)[] | null;
  /** Of the columns a star stands for, by name; empty where it may stand for others of that name. */
  readonly star: ReadonlyMap<string, PgType>;
}

/** The relations a select list can name: columns' types by the name the relation has here. */
type Scope = { name: string; columns: ReadonlyMap<string, PgType> }[];

/** Common table expressions in sight. */
type Named = ReadonlyMap<string, ReadonlyMap<string, PgType>>;

/** A column's type that DuckDB does not keep, and which column of its relation it is, from 1. */
export interface DeclaredColumn extends PgType {
  number: number;
}

/** Columns of the user's own relations, by `relation` or `schema.relation`, that were declared so. */
export type DeclaredRelations = ReadonlyMap<string, ReadonlyMap<string, DeclaredColumn>>;

/**
 * Types of the columns a statement returns, as far as its text tells them; `null` where every type is the engine's.
 *
 * @param declared what the database knows besides
 * @example columnTypes(tree of "select relname, oid from pg_class") // {left: [name, null], right: null}
 */
export function columnTypes(tree: Node, declared: DeclaredRelations = new Map()): ColumnTypes | null {
  const types = "SelectStmt" in tree
    ? selectTypes(tree.SelectStmt, declared)
    : returningTypes(tree, declared);
  if (!types) return null;
  const { left, right, star } = types;
  return left.some(Boolean) || right?.some(Boolean) || star.size > 0 ? types : null;
}

/** Gives an engine's columns PostgreSQL's types, where the engine's values look like theirs. */
export function applyColumnTypes(types: ColumnTypes | null, columns: Column[]): Column[] {
  if (!types || !fits(types, columns.length)) return columns;
  const retype = (at: number, type: PgType | null) => {
    if (type && alike(columns[at].type, type)) columns[at] = { ...columns[at], type };
  };
  types.left.forEach((type, i) => retype(i, type));
  const right = types.right ?? [];
  right.forEach((type, i) => retype(columns.length - right.length + i, type));
  if (types.star.size === 0) return columns;
  const starred = columns.slice(types.left.length, columns.length - right.length).map(({ name }) => name);
  starred.forEach((name, i) => {
    // Of several columns of a name one may be another relation's.
    if (starred.indexOf(name) === starred.lastIndexOf(name)) {
      retype(types.left.length + i, types.star.get(name) ?? null);
    }
  });
  return columns;
}

function fits(types: ColumnTypes, count: number): boolean {
  if (!types.right) return types.left.length === count;
  return types.left.length + types.right.length <= count;
}

/** `1 2`; lists of numbers in binary. */
const vectors = ["int2vector", "oidvector"];

const textual = [
  ...vectors,
  "name",
  "char",
  "tid",
  "varchar",
  "bpchar",
  "cstring",
  "inet",
  "cidr",
  "macaddr",
  "regclass",
  "regtype",
  "regproc",
  "regprocedure",
]
  .concat(["regoper", "regoperator", "regnamespace", "regrole", "void"]);

/** Arrays of such. */
const arrays = ["_name", "_varchar", "_bpchar", "_regtype"];

/** Types of which values look like one of the engine's, by the engine's OID. */
const alikes = new Map<number, ReadonlySet<number>>([
  [oids.text, new Set(textual.map(oidOf))],
  [oids.varbit, new Set([oids.bit])],
  [oids.jsonb, new Set([oids.json])],
  [oids.int8, new Set(["oid", "xid", "cid"].map(oidOf))],
  [oids.numeric, new Set([oids.money])],
  [arrayOidOf(oids.text), new Set(arrays.map(oidOf))],
]);

/** From here on types are a database's own: those of its relations' rows. */
const firstUserOid = 16384;

function alike(engine: PgType, told: PgType): boolean {
  if (told.oid === oids.money && !isInCents(engine)) return false;
  return engine.oid === told.oid || alikes.get(engine.oid)?.has(told.oid) === true ||
    (engine.oid === oids.record && told.oid >= firstUserOid);
}

/** Whether a numeric has two places. */
function isInCents({ modifier }: PgType): boolean {
  return modifier > 0 && ((modifier - 4) & 0x7ff) === 2;
}

/** `reg…` and `tid` are numbers in binary, where these are texts, a vector a list, and an array names its elements' type. */
export function isTextInBinary({ oid }: PgType): boolean {
  return objectNames.has(oid);
}

const namedElements = ["tid", "_regtype", "_varchar", "_bpchar", "_name"];

const objectNames = new Set(
  [...textual.filter((name) => name.startsWith("reg") || vectors.includes(name)), ...namedElements].map(
    oidOf,
  ),
);

/** `_name` is an array of `name`s. */
function oidOf(name: string): number {
  return name.startsWith("_") ? arrayOidOf(oidOf(name.slice(1))) : typeByName(name)!.oid;
}

function typeOf(name: string, modifier = -1): PgType {
  const oid = oidOf(name);
  return { oid, length: typeLength(oid), modifier };
}

function selectTypes(select: SelectStmt, outer: Named): ColumnTypes {
  const named = select.withClause ? withNamed(select.withClause.ctes ?? [], outer) : outer;
  if (select.larg) return inBoth(selectTypes(select.larg, named), selectTypes(select.rarg!, named));
  return listTypes(select.targetList ?? [], select.fromClause ?? [], named);
}

/** RETURNING of a statement that writes. */
function returningTypes(tree: Node, named: Named): ColumnTypes | null {
  const write = "InsertStmt" in tree
    ? { ...tree.InsertStmt, from: [] }
    : "UpdateStmt" in tree
    ? { ...tree.UpdateStmt, from: tree.UpdateStmt.fromClause }
    : "DeleteStmt" in tree
    ? { ...tree.DeleteStmt, from: tree.DeleteStmt.usingClause }
    : null;
  const { exprs } = write?.returningClause ?? {};
  if (!exprs || !write?.relation) return null;
  return listTypes(exprs, [{ RangeVar: write.relation }, ...write.from ?? []], named);
}

/** The items of a list that stands for columns of relations. */
function listTypes(targets: readonly Node[], from: readonly Node[], named: Named): ColumnTypes {
  const scope = from.flatMap((item) => scopeOf(item, named));
  const first = targets.findIndex(isStar);
  if (first < 0) {
    return { left: targets.map((target) => targetType(target, scope)), right: null, star: noColumns };
  }
  const last = targets.findLastIndex(isStar);
  return {
    left: targets.slice(0, first).map((target) => targetType(target, scope)),
    right: targets.slice(last + 1).map((target) => targetType(target, scope)),
    star: first === last && scope.length === relationsIn(from) ? allColumns(scope) : noColumns,
  };
}

const noColumns: ReadonlyMap<string, PgType> = new Map();

function allColumns(scope: Scope): ReadonlyMap<string, PgType> {
  return new Map(scope.flatMap(({ columns }) => [...columns]));
}

function relationsIn(items: readonly Node[] | undefined): number {
  return (items ?? []).reduce((count, item) => count + relationsOf(item), 0);
}

function relationsOf(item: Node): number {
  if (!("JoinExpr" in item)) return 1;
  return relationsIn([item.JoinExpr.larg!, item.JoinExpr.rarg!]);
}

/** A set operation's columns have the type of both sides, or another. */
function inBoth(one: ColumnTypes, two: ColumnTypes): ColumnTypes {
  if (one.right || two.right) return { left: [], right: [], star: noColumns };
  const same = (type: PgType | null, i: number) => {
    const other = two.left[i] ?? null;
    return type && other && type.oid === other.oid && type.modifier === other.modifier ? type : null;
  };
  return { left: one.left.map(same), right: null, star: noColumns };
}

/** The relations in sight behind WITH. */
export function withNamed(ctes: readonly Node[], outer: Named): Named {
  const named = new Map(outer);
  for (const node of ctes) {
    if (!("CommonTableExpr" in node)) continue;
    const { ctename = "", ctequery, aliascolnames } = node.CommonTableExpr;
    named.set(ctename, queryColumns(ctequery, nameParts(aliascolnames), named));
  }
  return named;
}

/** The columns of a query by their names. */
function queryColumns(query: Node | undefined, names: readonly string[], named: Named): Map<string, PgType> {
  const columns = new Map<string, PgType>();
  if (!query || !("SelectStmt" in query)) return columns;
  const { left, right, star } = selectTypes(query.SelectStmt, named);
  if (right) return new Map(names.length > 0 ? [] : star);
  const targets = query.SelectStmt.targetList ?? [];
  left.forEach((type, i) => {
    const name = names[i] ?? (targets[i] ? targetName(targets[i]) : null);
    if (type && name !== null && name !== undefined) columns.set(name, type);
  });
  return columns;
}

/** The relations of a FROM clause, as the names in front of a column have them. */
export function scopeOfList(from: readonly Node[], declared: Named): Scope {
  return from.flatMap((item) => scopeOf(item, declared));
}

function scopeOf(item: Node, named: Named): Scope {
  if ("JoinExpr" in item) {
    const { larg, rarg } = item.JoinExpr;
    return [...(larg ? scopeOf(larg, named) : []), ...(rarg ? scopeOf(rarg, named) : [])];
  }
  if ("RangeVar" in item) {
    const columns = relationColumns(item.RangeVar, named) ?? noColumns;
    return [{ name: item.RangeVar.alias?.aliasname ?? item.RangeVar.relname ?? "", columns }];
  }
  if ("RangeFunction" in item) return functionScope(item.RangeFunction);
  if (!("RangeSubselect" in item)) return [];
  const { subquery, alias } = item.RangeSubselect;
  return [{
    name: alias?.aliasname ?? "",
    columns: queryColumns(subquery, nameParts(alias?.colnames), named),
  }];
}

/** Functions of rows, by the column of theirs that is json. */
const jsonColumns: Readonly<Record<string, string>> = lookup({
  json_each: "value",
  json_array_elements: "value",
});

/** A function of one value has one column, named like the table. */
function functionScope({ functions, alias, ordinality }: RangeFunction): Scope {
  const item = functions?.length === 1 ? functions[0] : undefined;
  const call = item && "List" in item ? item.List.items?.[0] : undefined;
  const type = call && !ordinality ? toldType(call) : null;
  if (!call || !("FuncCall" in call) || type === null) return [];
  const called = lastPart(call.FuncCall.funcname) ?? "";
  const name = alias?.aliasname ?? called;
  const at = jsonColumns[called];
  if (at) {
    const names = nameParts(alias?.colnames);
    const isRow = called === "json_each";
    const column = names[isRow ? 1 : 0] ?? at;
    // The table's name stands for its only column.
    return [{
      name,
      columns: new Map(isRow ? [[column, type]] : [[column, type], [names[0] ?? name, type]]),
    }];
  }
  return [{ name, columns: new Map([[nameParts(alias?.colnames)[0] ?? name, type]]) }];
}

/** Columns of PostgreSQL's own relations, by `relation` or `information_schema.relation`. */
const relations = new Map<string, Map<string, PgType>>();
for (const line of columnTypesData.trim().split("\n")) {
  const [relation, type, columns] = line.split("|");
  const known = relations.get(relation) ?? new Map<string, PgType>();
  for (const column of columns.split(" ")) known.set(column, typeOf(type));
  relations.set(relation, known);
}

function relationColumns({ schemaname, relname = "" }: RangeVar, named: Named) {
  const own = named.get(schemaname === undefined ? relname : `${schemaname}.${relname}`);
  if (own) return own;
  if (schemaname === undefined || schemaname === "pg_catalog") return relations.get(relname) ?? null;
  return relations.get(`${schemaname}.${relname}`) ?? null;
}

function targetType(target: Node, scope: Scope): PgType | null {
  return "ResTarget" in target
    ? expressionType((target as { ResTarget: ResTarget }).ResTarget.val, scope)
    : null;
}

function expressionType(node: Node | undefined, scope: Scope): PgType | null {
  if (!node) return null;
  if ("ColumnRef" in node) {
    const declared = scope.length === 0 ? null : declaredOf(node.ColumnRef, scope);
    return declared ?? systemColumn(node.ColumnRef);
  }
  if ("TypeCast" in node) return castType(node.TypeCast);
  if ("FuncCall" in node) {
    if (jsonFunctionType(node.FuncCall) === "json") return typeOf("json");
    return partType(node.FuncCall, scope) ??
      toldFunction(node.FuncCall, (arg) => expressionType(arg, scope)) ?? callType(node.FuncCall);
  }
  if ("SQLValueFunction" in node) return valueTypes[node.SQLValueFunction.op ?? ""] ?? null;
  if ("CollateClause" in node) return expressionType(node.CollateClause.arg, scope);
  if ("CoalesceExpr" in node) return jsonOf(node.CoalesceExpr.args ?? [], scope);
  if ("A_Const" in node) return node.A_Const.bsval ? typeOf("bit") : anyNumeric;
  if ("A_Expr" in node) {
    return bitType(node.A_Expr, scope) ?? jsonType(node.A_Expr, scope) ??
      toldOperator(node.A_Expr, (side) => expressionType(side, scope)) ?? anyNumeric;
  }
  return null;
}

const bitOperators = new Set(["&", "|", "#", "~", "<<", ">>"]);

const ofBits = new Set(["overlay", "set_bit", "substr", "substring"]);

/** A part of a bit string, or one with another part, is a `bit`. */
function partType({ funcname, args }: FuncCall, scope: Scope): PgType | null {
  if (!ofBits.has(lastPart(funcname) ?? "")) return null;
  return isBits(expressionType(args?.[0], scope)) ? typeOf("bit") : null;
}

function isBits(type: PgType | null): boolean {
  return type?.oid === oids.bit || type?.oid === oids.varbit;
}

/** Operators on bit strings answer the type they are given, where the text tells which that is. */
function bitType({ name, lexpr, rexpr }: A_Expr, scope: Scope): PgType | null {
  if (!bitOperators.has(lastPart(name) ?? "")) return null;
  return isBits(expressionType(lexpr ?? rexpr, scope)) ? typeOf("bit") : null;
}

/** Of json and literals the first that is not NULL is json. */
function jsonOf(nodes: readonly Node[], scope: Scope): PgType | null {
  const types = nodes.filter((node) => !("A_Const" in node)).map((node) => expressionType(node, scope));
  return types.length > 0 && types.every((type) => type?.oid === oids.json) ? types[0] : null;
}

/** What is in json is json. */
function jsonType({ name, lexpr }: A_Expr, scope: Scope): PgType | null {
  const symbol = lastPart(name);
  if (symbol !== "->" && symbol !== "#>") return null;
  return expressionType(lexpr, scope)?.oid === oids.json ? typeOf("json") : null;
}

/** A numeric without precision and scale: what constants, operators and functions make, where DuckDB's has both. */
const anyNumeric = typeOf("numeric");

/** The type of an expression that is one of those, by its text alone. */
export function toldType(node: Node): PgType | null {
  const type = expressionType(node, []);
  return type === null || type.oid === anyNumeric.oid ? null : type;
}

/** The type of a column that a relation in sight is known to have. */
export function declaredOf({ fields }: ColumnRef, scope: Scope): PgType | null {
  const parts = nameParts(fields);
  const [relation, column] = parts.length === 1 ? [null, parts[0]] : parts.slice(-2);
  for (const { name, columns } of scope) {
    if (relation !== null && relation !== name) continue;
    const type = columns.get(column);
    if (type) return type;
  }
  return null;
}

/** What every row of a table has, and no column can be called. */
function systemColumn({ fields }: ColumnRef): PgType | null {
  const name = lastPart(fields);
  return name === "tableoid" ? typeOf("oid") : name === "ctid" ? typeOf("tid") : null;
}

/** Types whose values a cast to them leaves as the engine has them, or rounds. */
const castable = new Set([
  ...textual,
  "money",
  "json",
  "oid",
  "xid",
  "cid",
  "bit",
  "varbit",
  "time",
  "timetz",
  "timestamp",
  "timestamptz",
]);

function castType({ arg, typeName: type }: TypeCast): PgType | null {
  const parts = nameParts(type?.names);
  if (parts.length === 2 && parts[0] !== "pg_catalog") return null;
  const name = parts.at(-1) ?? "";
  if (type?.arrayBounds) {
    return arrays.includes(`_${name}`) ? typeOf(`_${name}`, modifierOf(name, type.typmods?.[0])) : null;
  }
  if (name === "numeric" && !type?.typmods) return anyNumeric;
  // A parameter of which nobody said that it is json is read as jsonb.
  if (!castable.has(name) || (name === "json" && arg && "ParamRef" in arg)) return null;
  return typeOf(name, modifierOf(name, type?.typmods?.[0]));
}

/** `atttypmod`: a length, and for texts the four bytes PostgreSQL keeps it in. */
function modifierOf(name: string, length: Node | undefined): number {
  if (!length || !("A_Const" in length) || !length.A_Const.ival) return -1;
  const characters = length.A_Const.ival.ival ?? 0;
  return name === "varchar" || name === "bpchar" ? characters + 4 : characters;
}

const valueTypes: Record<string, PgType> = Object.fromEntries(
  ["CURRENT_ROLE", "CURRENT_USER", "USER", "SESSION_USER", "CURRENT_CATALOG", "CURRENT_SCHEMA"]
    .map((op) => [`SVFOP_${op}`, typeOf("name")]),
);

/** Functions by what they answer. */
const callTypes = new Map(
  Object.entries({
    name:
      "current_database current_schema current_user session_user getdatabaseencoding pg_client_encoding pg_encoding_to_char " +
      "pg_get_userbyid getpgusername",
    regclass: "to_regclass pg_get_replica_identity_index",
    regtype: "pg_typeof to_regtype",
    regproc: "to_regproc",
    regprocedure: "to_regprocedure",
    regoper: "to_regoper",
    regoperator: "to_regoperator",
    regnamespace: "to_regnamespace",
    regrole: "to_regrole",
    void: "pg_sleep pg_sleep_for pg_sleep_until setseed",
    _name: "current_schemas",
  }).flatMap(([type, functions]) => functions.split(" ").map((name) => [name, typeOf(type)] as const)),
);

function callType({ funcname }: FuncCall): PgType | null {
  const parts = nameParts(funcname);
  if (parts.length === 2 && parts[0] !== "pg_catalog") return null;
  const name = parts.at(-1) ?? "";
  if (sessionFunctions.get(name) === "void") return typeOf("void");
  return callTypes.get(name) ?? anyNumeric;
}
