import { lookup } from "../../worker/api/lookup.ts";
import type { A_Expr, FuncCall, JsonKeyValue, JsonOutput, JsonValueExpr, Node } from "libpg-query";
import { typeByName } from "../../worker/api/types.ts";
import { lastPart } from "./constant.ts";
import { knownType } from "./known_type.ts";

/** `json`, `jsonb`, `text` or `boolean`; `null` where it is none of PostgreSQL's functions of json. */
export function jsonFunctionType({ funcname }: FuncCall): string | null {
  const name = lastPart(funcname) ?? "";
  const type = /^(?:to_|row_to_|array_to_)?(jsonb?)(?:_|$)/.exec(name)?.[1];
  if (type === undefined || name === "json" || name === "row_to_jsonb") return null;
  const rest = name.slice(name.indexOf(type) + type.length);
  if (rest === "") return type;
  if (texts.has(rest)) return "text";
  return values.has(rest) ? type : null;
}

const texts = new Set(["_typeof", "_pretty", "_extract_path_text", "_array_elements_text", "_object_keys"]);
const values = new Set([
  "_agg",
  "_agg_strict",
  "_array_elements",
  "_build_array",
  "_build_object",
  "_each",
  "_extract_path",
  "_insert",
  "_object",
  "_object_agg",
  "_object_agg_strict",
  "_object_agg_unique",
  "_path_query",
  "_path_query_array",
  "_path_query_first",
  "_set",
  "_set_lax",
  "_strip_nulls",
]);

/** SQL/JSON's expressions by the type of their result where RETURNING does not say another. */
const sqlJsonTypes: Readonly<Record<string, string>> = lookup({
  JsonObjectConstructor: "json",
  JsonArrayConstructor: "json",
  JsonArrayQueryConstructor: "json",
  JsonObjectAgg: "json",
  JsonArrayAgg: "json",
  JsonParseExpr: "json",
  JsonScalarExpr: "json",
  JsonSerializeExpr: "text",
  JsonIsPredicate: "boolean",
});

const queryTypes: Readonly<Record<string, string>> = lookup({
  JSON_EXISTS_OP: "boolean",
  JSON_VALUE_OP: "text",
  JSON_QUERY_OP: "jsonb",
});

/** The type of one of SQL/JSON's expressions; `null` for every other node. */
export function sqlJsonType(node: string, behind: object): string | null {
  const usual = sqlJsonTypes[node];
  if (!usual && node !== "JsonFuncExpr") return null;
  const fields = behind as SqlJsonFields;
  const { typeName } = fields.output ?? fields.constructor?.output ?? {};
  if (typeName?.arrayBounds) return null;
  if (typeName) return knownTypeName(lastPart(typeName.names) ?? "");
  if (usual === "json" && [...fields.exprs ?? [], ...aggregated(fields.arg)].some(isJsonb)) return "jsonb";
  return usual ?? queryTypes[fields.op ?? ""] ?? null;
}

interface SqlJsonFields {
  output?: JsonOutput;
  constructor?: { output?: JsonOutput };
  op?: string;
  exprs?: Node[];
  arg?: JsonValueExpr | JsonKeyValue;
}

function aggregated(arg: JsonValueExpr | JsonKeyValue | undefined): Node[] {
  if (!arg) return [];
  return "raw_expr" in arg
    ? [{ JsonValueExpr: arg as JsonValueExpr }]
    : [{ JsonKeyValue: arg as JsonKeyValue }];
}

function isJsonb(node: Node): boolean {
  if ("JsonKeyValue" in node) return knownType(node.JsonKeyValue.value?.raw_expr) === "jsonb";
  return "JsonValueExpr" in node && knownType(node.JsonValueExpr.raw_expr) === "jsonb";
}

function knownTypeName(name: string): string | null {
  return typeByName(name)?.sqlName ?? null;
}

/** The type of an operator's result where the operator is one of json's. */
export function jsonOperatorType({ kind, name, lexpr, rexpr }: A_Expr): string | null {
  if (kind !== "AEXPR_OP" || !lexpr) return null;
  switch (lastPart(name)) {
    case "->":
    case "#>": {
      const type = knownType(lexpr);
      return type === "json" ? "json" : type === "jsonb" ? "jsonb" : null;
    }
    case "->>":
    case "#>>":
      return "text";
    case "@?":
    case "@@":
    case "?":
    case "?|":
    case "?&":
      return "boolean";
    case "#-":
      return "jsonb";
    case "||":
      return knownType(lexpr) === "jsonb" || knownType(rexpr) === "jsonb" ? "jsonb" : null;
    case "-":
      return knownType(lexpr) === "jsonb" ? "jsonb" : null;
    default:
      return null;
  }
}
