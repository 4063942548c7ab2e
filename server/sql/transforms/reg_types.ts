import { lookup } from "../../../worker/api/lookup.ts";
import type { Node, TypeCast } from "libpg-query";
import { PgError } from "../../../worker/api/error.ts";
import { oids } from "../../../worker/api/types.ts";
import { toldType } from "../column_types.ts";
import { lastPart } from "../constant.ts";
import { endOfName, firstTokenOf } from "../extent.ts";
import { isKeyword, isSymbol } from "../lexer.ts";
import { knownType } from "../known_type.ts";
import type { Fields } from "../walk.ts";
import { sequenceNames } from "./sequence_calls.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * DuckDB has no types for object names. A cast of a name (`'t'::regclass`) becomes a call that looks its oid up, a cast
 * of anything else (`c.oid::regclass`) one that gives the object's name.
 *
 * @see https://www.postgresql.org/docs/16/datatype-oid.html
 */
export const regTypes: Transform = { visit: { TypeCast: cast } };

/** Macros of the catalogue, by type: from a name to the oid, and from an oid to the name. */
const macros: Record<string, { toOid: string; toName: string }> = lookup({
  regclass: { toOid: "duckgres_regclass", toName: "duckgres_regclass_text" },
  regtype: { toOid: "duckgres_regtype", toName: "duckgres_regtype_text" },
  regproc: { toOid: "duckgres_regproc", toName: "duckgres_regproc_text" },
  regprocedure: { toOid: "duckgres_regprocedure", toName: "duckgres_regprocedure_text" },
  regnamespace: { toOid: "duckgres_regnamespace", toName: "duckgres_regnamespace_text" },
  regrole: { toOid: "duckgres_regrole", toName: "duckgres_regrole_text" },
});

function cast(fields: Fields, input: TransformInput): void {
  const node = fields as TypeCast;
  if (sequenceNames.has(node)) return;
  if (node.arg && "TypeCast" in node.arg && isText(node)) texts.add(node.arg.TypeCast);
  const macro = macros[lastPart(node.typeName?.names) ?? ""];
  if (!macro || !node.arg || node.typeName?.arrayBounds) return;
  const { source, edits } = input;
  const { text, tokens } = source;
  if (node.typeName?.typmods) {
    const name = lastPart(node.typeName.names);
    return input.refuse(new PgError("42601", `type modifier is not allowed for type "${name}"`));
  }
  const call = callFor(macro, node, input);
  const close = ")".repeat(call.split("(").length - 1);
  const type = source.tokenAt(source.offsetOfByte(node.typeName?.location ?? 0));
  const typeEnd = tokens[endOfName(source, type) - 1].end;
  if (isSymbol(text, tokens[type - 1], "::")) {
    const first = firstTokenOf(node.arg, source, type - 1);
    edits.wrap(tokens[first].start, tokens[type - 2].end, call, close);
    edits.replace(tokens[type - 2].end, typeEnd, "");
    return;
  }
  const open = source.tokenAt(source.offsetOfByte(node.location ?? 0));
  if (isKeyword(text, tokens[open], "cast")) {
    edits.replace(tokens[open].start, tokens[open + 1].end, call);
    edits.replace(tokens[type - 2].end, typeEnd, close.slice(1));
    return;
  }
  // `regclass 't'`
  const literal = tokens[type + 1];
  edits.replace(tokens[type].start, literal.start, call);
  edits.wrap(literal.start, literal.end, "", close);
}

/** Casts that are cast to text in turn: `'t'::regclass::text`. */
const texts = new WeakSet<TypeCast>();

function isText({ typeName }: TypeCast): boolean {
  return !typeName?.arrayBounds && ["text", "varchar"].includes(lastPart(typeName?.names) ?? "");
}

/** The opening of the call; a cast that is a result column, or cast to text, shows the name, as PostgreSQL prints these types. */
function callFor(macro: { toOid: string; toName: string }, node: TypeCast, { tree }: TransformInput): string {
  if (!isName(node.arg!)) return `${macro.toName}(`;
  const targets = "SelectStmt" in tree ? tree.SelectStmt.targetList ?? [] : [];
  const shown = targets.some((target) =>
    "ResTarget" in target && target.ResTarget.val && "TypeCast" in target.ResTarget.val &&
    target.ResTarget.val.TypeCast === node
  );
  return shown || texts.has(node) ? `${macro.toName}(${macro.toOid}(` : `${macro.toOid}(`;
}

/** Functions that make names. */
const naming = new Set(["format", "concat", "quote_ident"]);

/** A literal, a parameter, or text made of them. */
function isName(node: Node): boolean {
  if ("A_Const" in node) return node.A_Const.sval !== undefined;
  if ("ParamRef" in node) return true;
  if ("A_Expr" in node) return lastPart(node.A_Expr.name) === "||";
  if ("FuncCall" in node && naming.has(lastPart(node.FuncCall.funcname) ?? "")) return true;
  const told = toldType(node);
  if (told) return told.oid === oids.name || told.oid === oids.varchar;
  if (!("TypeCast" in node)) return knownType(node) === "text";
  return ["text", "varchar", "cstring", "unknown"].includes(
    lastPart(node.TypeCast.typeName?.names) ?? "",
  );
}
