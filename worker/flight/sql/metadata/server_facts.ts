/** What `GetSqlInfo` tells of DuckDB itself, asked of it. */
import denoJson from "../../../../deno.json" with { type: "json" };
import type { Executor } from "../../../api/executor.ts";
import { textRows } from "../text_rows.ts";
import type { ServerFacts } from "./sql_info.ts";

const keywordSql =
  "SELECT keyword_name FROM duckdb_keywords() WHERE keyword_category = 'reserved' ORDER BY 1";

/** Scalar functions with a name that can be called as `name(…)`, and the types of what they take. */
const functionSql =
  `SELECT DISTINCT function_name, array_to_string(parameter_types, ' ') FROM duckdb_functions()
  WHERE function_type = 'scalar' AND regexp_full_match(function_name, '[a-z][a-z0-9_]*')
    AND NOT starts_with(function_name, '__') AND database_name = 'system'
  ORDER BY 1`;

const kinds = {
  numeric: /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL)/,
  text: /^VARCHAR/,
  datetime: /\b(DATE|TIME|TIMESTAMP|INTERVAL)\b/,
};

export async function serverFacts(executor: Executor): Promise<ServerFacts> {
  const keywords = await textRows(executor, keywordSql);
  const functions = await textRows(executor, functionSql);
  const taking = (kind: RegExp) => {
    return [
      ...new Set(functions.flatMap(([name, type]) => name !== null && kind.test(type ?? "") ? [name] : [])),
    ];
  };
  return {
    version: denoJson.version,
    arrowVersion: denoJson.imports["apache-arrow"].split("@").at(-1)!,
    keywords: keywords.map(([word]) => word!),
    numericFunctions: taking(kinds.numeric),
    stringFunctions: taking(kinds.text),
    datetimeFunctions: taking(kinds.datetime),
  };
}
