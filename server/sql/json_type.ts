import type { A_Expr, FuncCall } from "libpg-query";
import { nameParts } from "./constant.ts";
import { knownType } from "./known_type.ts";

/** `json`, `jsonb`, `text` or `boolean`; `null` where it is none of PostgreSQL's functions of json. */
export function jsonFunctionType({ funcname }: FuncCall): string | null {
  const name = nameParts(funcname).at(-1) ?? "";
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

/** The type of an operator's result where the operator is one of json's. */
export function jsonOperatorType({ kind, name, lexpr, rexpr }: A_Expr): string | null {
  if (kind !== "AEXPR_OP" || !lexpr) return null;
  switch (nameParts(name).at(-1)) {
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
