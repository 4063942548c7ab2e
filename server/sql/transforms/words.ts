import type { Node, ReturningClause, SelectStmt } from "libpg-query";
import { identifierOf, isKeyword, isSymbol, type Token } from "../lexer.ts";
import { quoteName } from "../../../worker/api/quote.ts";
import type { Source } from "../source.ts";
import { endOfTarget } from "./target_names.ts";
import type { Transform, TransformInput } from "./transform.ts";

/**
 * Names that are words of DuckDB's own language. Some are reserved there (`select pivot from t`), so they are quoted;
 * and no keyword can name a column without `AS` (`select 1 value`).
 *
 * @see https://www.postgresql.org/docs/16/sql-keywords-appendix.html
 */
export const words: Transform = {
  whole: quoteReserved,
  visit: {
    SelectStmt: (node, input) => nameWithAs((node as SelectStmt).targetList, input),
    ReturningClause: (node, input) => nameWithAs((node as ReturningClause).exprs, input),
  },
};

/** Reserved by DuckDB and not by PostgreSQL. */
const reserved = new Set(
  ("anti asof at by describe glob lambda pivot pivot_longer pivot_wider positional qualify semi show summarize unpack " +
    "unpivot").split(" "),
);

/** `ORDER BY` and `AT TIME ZONE` are left out, so that this is not true of every other statement. */
const mayBeReserved =
  /\b(?:anti|asof|at(?!\s+(?:time|local)\b)|(?<!\b(?:group|order|partition)\s+)by|describe|glob|lambda|pivot|pivot_longer|pivot_wider|positional|qualify|semi|show|summarize|unpack|unpivot)\b/i;

/** PostgreSQL's parser took the statement, to which most of these words are nothing but names. */
function quoteReserved({ source, edits }: TransformInput): void {
  if (!mayBeReserved.test(source.text)) return;
  source.tokens.forEach((token, i) => {
    const word = token.kind === "word" ? identifierOf(source.text, token)! : "";
    if (reserved.has(word) && isName(word, i, source)) edits.replace(token.start, token.end, quoteName(word));
  });
}

/** DuckDB's joins: to PostgreSQL's parser `a ASOF JOIN b` joins an `a` that is called `asof`. */
export const joinKinds: ReadonlySet<string> = new Set(["anti", "asof", "positional", "semi"]);

const beforeBy = ["group", "order", "partition", "owned", "increment", "generated", "first", "matched"];

function isName(word: string, i: number, { text, tokens }: Source): boolean {
  const next = tokens[i + 1];
  const before = tokens[i - 1];
  if (isSymbol(text, before, ".")) return true;
  if (isSymbol(text, next, "(")) return false;
  if (joinKinds.has(word)) {
    return !["join", "left", "right", "full", "inner"].some((join) => isKeyword(text, next, join));
  }
  switch (word) {
    case "by":
      return !beforeBy.some((keyword) => isKeyword(text, before, keyword));
    case "at":
      return !isKeyword(text, next, "time") && !isKeyword(text, next, "local");
    case "show":
      return i > 0;
    default:
      return true;
  }
}

/** Adds the `AS` in front of names that are keywords. */
function nameWithAs(targets: readonly Node[] | undefined, { source, edits }: TransformInput): void {
  for (const target of targets ?? []) {
    const { name = "", location = 0 } = "ResTarget" in target ? target.ResTarget : {};
    if (!keywords.has(name)) continue;
    const { text, tokens } = source;
    const last = endOfTarget(source, source.tokenAt(source.offsetOfByte(location))) - 1;
    const alias: Token | undefined = tokens[last];
    if (isKeyword(text, alias, name) && !isKeyword(text, tokens[last - 1], "as")) {
      edits.wrap(alias.start, alias.start, "AS ", "");
    }
  }
}

/** DuckDB's keywords, of all categories, that PostgreSQL takes for a name without `AS`. */
const keywords = new Set(
  ("abort absolute access action add admin after aggregate all also alter always analyse analyze and anti " +
    "any asc asof assertion assignment asymmetric at attach attribute authorization backward before begin " +
    "between bigint binary bit boolean both by cache call called cascade cascaded case cast catalog centuries " +
    "century chain characteristics check checkpoint class close cluster coalesce collate collation column " +
    "columns comment comments commit committed compression concurrently configuration conflict connection " +
    "constraint constraints content continue conversion copy cost cross csv cube current cursor cycle data " +
    "database days deallocate dec decade decades decimal declare default defaults deferrable deferred definer " +
    "delete delimiter delimiters depends desc describe detach dictionary disable discard distinct do document " +
    "domain double drop each else enable encoding encrypted end enum error escape event exclude excluding " +
    "exclusive execute exists explain export export_state extension extensions external extract false family " +
    "first float following force foreign forward freeze full function functions generated glob global granted " +
    "grouping grouping_id groups handler header hold hours identity if ignore ilike immediate immutable " +
    "implicit import in include including increment index indexes inherit inherits initially inline inner " +
    "inout input insensitive insert install instead int integer interval invoker is isolation join json key " +
    "label lambda language large last lateral leading leakproof left level like listen load local location " +
    "lock locked logged macro map mapping match matched materialized maxvalue merge method microsecond " +
    "microseconds millennia millennium millisecond milliseconds minutes minvalue mode months move name names " +
    "national natural nchar new next no none not nothing notify nowait null nullif nulls numeric object of " +
    "off oids old only operator option options or ordinality others out outer overlay overriding owned owner " +
    "parallel parser partial partition partitioned passing password percent persistent pivot pivot_longer " +
    "pivot_wider placing plans policy position positional pragma preceding prepare prepared preserve primary " +
    "prior privileges procedural procedure program publication qualify quarter quarters quote range read real " +
    "reassign recheck recursive ref references referencing refresh reindex relative release rename repeatable " +
    "replace replica reset respect restart restrict returns revoke right role rollback rollup row rows rule " +
    "sample savepoint schema schemas scope scroll search seconds secret security select semi sequence " +
    "sequences serializable server session set setof sets share show similar simple skip smallint snapshot " +
    "some sorted source sql stable standalone start statement statistics stdin stdout storage stored strict " +
    "strip struct subscription substring summarize symmetric sysid system table tables tablesample tablespace " +
    "target temp template temporary text then ties time timestamp trailing transaction transform treat " +
    "trigger trim true truncate trusted try_cast type types unbounded uncommitted unencrypted unique unknown " +
    "unlisten unlogged unpack unpivot until update use user using vacuum valid validate validator value " +
    "values varchar variable variadic verbose version view views virtual volatile week weeks when whitespace " +
    "work wrapper write xml xmlattributes xmlconcat xmlelement xmlexists xmlforest xmlnamespaces xmlparse " +
    "xmlpi xmlroot xmlserialize xmltable years yes zone").split(" "),
);
