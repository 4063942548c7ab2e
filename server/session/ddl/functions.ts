/** CREATE FUNCTION and DROP FUNCTION: a function of one expression is a macro to DuckDB, and means the same. */
import type { CreateFunctionStmt, DropStmt, FunctionParameter, Node, TypeName } from "libpg-query";
import { PgError } from "../../../worker/api/error.ts";
import { constantText, lastPart, nameParts } from "../../sql/constant.ts";
import { offsetsOf } from "../../sql/ddl/extents.ts";
import { type ObjectName, objectName } from "../../sql/ddl/relation.ts";
import { identifierOf, isKeyword, isSymbol } from "../../sql/lexer.ts";
import { analyze, type Statement, treeOf } from "../../sql/mod.ts";
import { quoteName, quoteText } from "../../../worker/api/quote.ts";
import { type Source, sourceOf } from "../../sql/source.ts";
import { walk } from "../../sql/walk.ts";
import type { SessionContext } from "../context.ts";
import { sqlContext } from "../sql_context.ts";
import { signature, typeWord } from "./absent.ts";
import { readComment, writeComment } from "./notes.ts";
import { creationSchema, pathOf, type Place } from "./objects.ts";
import { engine, rowsOf, skipNotice } from "./steps.ts";

interface Parameter {
  name: string;
  /** In DuckDB's SQL. */
  type: string;
  /** As PostgreSQL's messages call it. */
  shown: string;
  initial: string | null;
}

/**
 * CREATE FUNCTION … LANGUAGE sql whose body is one expression. Each parameter is cast to its type, the result to the
 * function's; arguments are worked out once.
 *
 * @throws PgError 0A000 for whatever a macro would do otherwise, 42723
 */
export async function createFunction(
  session: SessionContext,
  statement: Statement,
  tree: CreateFunctionStmt,
): Promise<void> {
  refuse(tree);
  const source = sourceOf(statement.source);
  const parameters = (tree.parameters ?? []).map((node, i) =>
    parameterOf(statement, source, "FunctionParameter" in node ? node.FunctionParameter : {}, i)
  );
  const name = objectName({ List: { items: tree.funcname } });
  const place = { ...await creationSchema(session, name), name: name.name };
  const before = await findFunction(session, name);
  if (before && !tree.replace) {
    const same = before.shown === null || before.shown.join() === parameters.map(({ shown }) => shown).join();
    throw same
      ? new PgError("42723", `function "${name.name}" already exists with same argument types`)
      : refusal("several functions of one name are not supported");
  }
  const result = typeTextOf(statement, source, tree.returnType);
  const body = bodyOf(session, tree, parameters);
  const strict = optionOf(tree, "strict") !== null && constantText(optionOf(tree, "strict")!) === "true";
  const list = parameters.map(({ name, initial }) =>
    initial === null ? quoteName(name) : `${quoteName(name)} := ${initial}`
  );
  const expression = `CAST(${macroText(body, parameters, strict)} AS ${result})`;
  await engine(
    session,
    `CREATE OR REPLACE ${place.database === "temp" ? "TEMP " : ""}MACRO ${pathOf(place)}(${
      list.join(", ")
    }) AS ${expression}`,
  );
  // DuckDB looks at a macro's body when it is called.
  const nulls = parameters.map(({ type }) => `CAST(NULL AS ${type})`).join(", ");
  (await session.executor.prepare(`SELECT ${pathOf(place)}(${nulls})`)).close();
  await noteFunction(session, place, parameters.map(({ shown }) => shown));
}

function refusal(what: string): PgError {
  return new PgError("0A000", what, {
    hint:
      "A function here is one expression of its parameters: CREATE FUNCTION … LANGUAGE sql AS 'SELECT …'.",
  });
}

function refuse(tree: CreateFunctionStmt): void {
  if (tree.is_procedure) throw refusal("CREATE PROCEDURE is not supported");
  const language = constantText(optionOf(tree, "language") ?? undefined)?.toLowerCase() ??
    (tree.sql_body ? "sql" : null);
  if (language !== "sql") throw refusal(`functions in language ${language ?? "none"} are not supported`);
  if (optionOf(tree, "set") !== null) throw refusal("functions with settings are not supported");
  if (tree.returnType?.setof) throw refusal("functions that return sets are not supported");
  if (!tree.returnType || ["void", "trigger", "record"].includes(lastPart(tree.returnType.names)!)) {
    throw refusal("functions without a result of one value are not supported");
  }
}

function optionOf(tree: CreateFunctionStmt, name: string): Node | null {
  for (const node of tree.options ?? []) {
    if ("DefElem" in node && node.DefElem.defname === name) return node.DefElem.arg ?? null;
  }
  return null;
}

function parameterOf(
  statement: Statement,
  source: Source,
  { name, argType, mode = "FUNC_PARAM_DEFAULT", defexpr }: FunctionParameter,
  i: number,
): Parameter {
  if (mode !== "FUNC_PARAM_DEFAULT" && mode !== "FUNC_PARAM_IN") {
    throw refusal("functions with OUT, TABLE or VARIADIC parameters are not supported");
  }
  return {
    name: name ?? `dg_${i + 1}`,
    type: typeTextOf(statement, source, argType),
    shown: argType ? typeWord({ TypeName: argType }) : "",
    initial: defexpr ? constantDefault(defexpr) : null,
  };
}

function constantDefault(node: Node): string {
  const text = constantText(node);
  if (text !== null && !("TypeCast" in node)) return quoteText(text);
  throw refusal("parameters whose default is no constant are not supported");
}

/** A type as it is written: up to what cannot be part of it. */
function typeTextOf(statement: Statement, source: Source, type: TypeName | undefined): string {
  const first = source.tokenAt(source.offsetOfByte(type?.location ?? 0));
  const enders = [
    "default",
    "language",
    "as",
    "immutable",
    "stable",
    "volatile",
    "strict",
    "return",
    "returns",
  ];
  let end = first + 1;
  for (let depth = 0; end < source.tokens.length; end++) {
    const token = source.tokens[end];
    if (isSymbol(source.text, token, "(") || isSymbol(source.text, token, "[")) depth++;
    if (depth === 0 && (isSymbol(source.text, token, ",") || isSymbol(source.text, token, ")"))) break;
    if (isSymbol(source.text, token, ")") || isSymbol(source.text, token, "]")) depth--;
    if (depth === 0 && isSymbol(source.text, token, "=")) break;
    const word = identifierOf(source.text, token) ?? "";
    if (
      enders.includes(word) || ["called", "security", "cost", "parallel", "leakproof", "not"].includes(word)
    ) break;
  }
  return statement.engineText(...offsetsOf(source, { first, end }));
}

/** What would be about the rows of the query that calls the function. */
const gathering =
  /^(sum|count|avg|min|max|\w+_agg|\w*_agg_\w+|bool_and|bool_or|every|bit_and|bit_or|bit_xor|stddev\w*|var_\w+|variance|corr|covar_\w+|regr_\w+|percentile_\w+|mode|rank|dense_rank|row_number|lag|lead|first|last|first_value|last_value|list|any_value|arg_\w+|unnest|generate_series|\w+_to_table|\w+_each\w*|\w+_array_elements\w*)$/;

/** What the function works out, and how often each parameter is in it. */
interface Body {
  /** In DuckDB's SQL, with `dg_p1` for the first parameter. */
  expression: string;
  uses: readonly number[];
}

function bodyOf(session: SessionContext, tree: CreateFunctionStmt, parameters: readonly Parameter[]): Body {
  const text = bodyText(tree);
  const context = sqlContext(session.settings.render());
  const written = analyze({ text, start: 0 }, context);
  const root = treeOf(written);
  if (written.syntaxError) throw written.syntaxError.with({ position: undefined });
  const select = root && "SelectStmt" in root ? root.SelectStmt : null;
  const target = select?.targetList?.length === 1 ? select.targetList[0] : null;
  const plain = select && target && "ResTarget" in target && !select.fromClause && !select.whereClause &&
    !select.valuesLists && !select.withClause && select.op === "SETOP_NONE" && !select.limitCount;
  if (!plain) throw refusal("functions whose body is more than one expression are not supported");
  const source = sourceOf(text);
  const edits: { start: number; end: number; to: string }[] = [];
  const uses = parameters.map(() => 0);
  walk(root!, (type, node) => {
    if (type === "SubLink") throw refusal("functions with sub-selects are not supported");
    if (type === "FuncCall" && gathering.test(lastPart(node.funcname as Node[]) ?? "")) {
      throw refusal("functions with aggregates or sets in them are not supported");
    }
    if (type === "ParamRef") use(Number(node.number) - 1, node.location, 1);
    if (type !== "ColumnRef") return;
    const parts = nameParts(node.fields as Node[]);
    const at = parameters.findIndex(({ name }) => name === parts.at(-1));
    if (at >= 0 && parts.length <= 2) use(at, node.location, parts.length * 2 - 1);
  });
  function use(at: number, location: unknown, tokens: number): void {
    const first = source.tokenAt(source.offsetOfByte(Number(location ?? 0)));
    if (!parameters[at]) throw new PgError("42P02", `there is no parameter $${at + 1}`);
    uses[at]++;
    edits.push({
      start: source.tokens[first].start,
      end: source.tokens[first + tokens - 1].end,
      to: `dg_p${at + 1}`,
    });
  }
  let changed = text;
  for (const { start, end, to } of edits.sort((a, b) => b.start - a.start)) {
    changed = changed.slice(0, start) + to + changed.slice(end);
  }
  const { sql } = analyze({ text: changed, start: 0 }, context);
  return {
    expression: withoutSelect(sql, (target as { ResTarget: { name?: string } }).ResTarget.name),
    uses,
  };
}

function bodyText(tree: CreateFunctionStmt): string {
  const as = optionOf(tree, "as");
  if (as && "List" in as) return (constantText(as.List.items?.[0]) ?? "").replace(/;\s*$/, "");
  throw refusal("functions with a body in the standard's form are not supported");
}

function withoutSelect(sql: string, alias: string | undefined): string {
  const { text, tokens } = sourceOf(sql);
  let end = tokens.length;
  if (isSymbol(text, tokens[end - 1], ";")) end--;
  if (alias !== undefined) end -= isKeyword(text, tokens[end - 2], "as") ? 2 : 1;
  return text.slice(tokens[1].start, tokens[end - 1].end);
}

/** The macro's expression; parameters that are in it several times, or tested for NULL, are bound first. */
function macroText({ expression, uses }: Body, parameters: readonly Parameter[], strict: boolean): string {
  const cast = ({ name, type }: Parameter) => `CAST(${quoteName(name)} AS ${type})`;
  const tests = parameters.map((_, i) => `dg_p${i + 1} IS NULL`).join(" OR ");
  const whole = strict && parameters.length > 0
    ? `CASE WHEN ${tests} THEN NULL ELSE (${expression}) END`
    : `(${expression})`;
  const once = uses.every((count) => count <= 1) && !strict;
  if (once) return parameters.reduce((text, one, i) => text.replaceAll(marker(i), cast(one)), whole);
  const bound = parameters.map((one, i) => `${cast(one)} AS dg_p${i + 1}`).join(", ");
  return `(SELECT ${whole} FROM (SELECT ${bound}))`;
}

function marker(i: number): RegExp {
  return new RegExp(`\\bdg_p${i + 1}\\b`, "g");
}

async function noteFunction(session: SessionContext, place: Place, shown: readonly string[]): Promise<void> {
  const written = writeComment(null, { arguments: [...shown] });
  await engine(session, `COMMENT ON MACRO ${pathOf(place)} IS ${quoteText(written!)}`);
}

interface StoredFunction extends Place {
  table: boolean;
  count: number;
  /** The types of its parameters; `null` for a macro of DuckDB's own making. */
  shown: readonly string[] | null;
}

async function findFunction(
  session: SessionContext,
  { schema, name }: ObjectName,
): Promise<StoredFunction | null> {
  const place = schema === null
    ? "list_contains(__duckgres.main.duckgres_path(), schema_name)"
    : `schema_name = ${quoteText(schema === "public" ? "main" : schema)}`;
  const [row] = await rowsOf(
    session,
    `SELECT database_name, schema_name, function_name, function_type, len(parameters), comment FROM duckdb_functions()
     WHERE NOT internal AND function_type IN ('macro', 'table_macro') AND lower(function_name) = lower(${
      quoteText(name)
    })
       AND database_name IN (__duckgres.main.duckgres_engine_database(), 'temp') AND ${place}
     ORDER BY list_position(__duckgres.main.duckgres_path(), schema_name) LIMIT 1`,
  );
  if (!row) return null;
  return {
    database: row[0]!,
    schema: row[1]!,
    name: row[2]!,
    table: row[3] === "table_macro",
    count: Number(row[4]),
    shown: readComment(row[5]).notes.arguments ?? null,
  };
}

/** DROP FUNCTION, PROCEDURE and ROUTINE. @throws PgError 42883 */
export async function dropFunctions(session: SessionContext, tree: DropStmt): Promise<void> {
  const what = tree.removeType === "OBJECT_PROCEDURE" ? "procedure" : "function";
  for (const node of tree.objects ?? []) {
    const found = what === "function" ? await findFunction(session, objectName(node)) : null;
    if (found && takes(found, node)) {
      await engine(session, `DROP MACRO ${found.table ? "TABLE " : ""}${pathOf(found)}`);
      continue;
    }
    const missing = `${what} ${signature(node)} does not exist`;
    if (!tree.missing_ok) throw new PgError("42883", missing);
    skipNotice(session, "00000", missing);
  }
}

function takes({ shown, count }: StoredFunction, node: Node): boolean {
  if (!("ObjectWithArgs" in node) || node.ObjectWithArgs.args_unspecified) return true;
  const given = (node.ObjectWithArgs.objargs ?? []).map(typeWord);
  return shown === null ? given.length === count : shown.join() === given.join();
}
