import type { Node, SQLValueFunction } from "libpg-query";
import { walk } from "../walk.ts";
import type { Transform, TransformInput } from "./transform.ts";

/** Functions without brackets, by DuckDB's functions that have them. */
const calls: Readonly<Record<string, string>> = {
  SVFOP_CURRENT_TIMESTAMP: "get_current_timestamp()",
  SVFOP_CURRENT_DATE: "current_date()",
  SVFOP_CURRENT_TIME: "get_current_time()",
  SVFOP_LOCALTIMESTAMP: "current_localtimestamp()",
  SVFOP_LOCALTIME: "current_localtime()",
  SVFOP_CURRENT_USER: "current_user()",
  SVFOP_CURRENT_ROLE: "current_role()",
  SVFOP_USER: "user()",
  SVFOP_SESSION_USER: "session_user()",
  SVFOP_CURRENT_CATALOG: "current_catalog()",
  SVFOP_CURRENT_SCHEMA: "current_schema()",
};

/** `ON CONFLICT … DO UPDATE SET changed = CURRENT_TIMESTAMP`, where DuckDB takes all names without brackets for columns. */
export const conflictValues: Transform = {
  visit: {
    OnConflictClause: ({ targetList, whereClause }, input) => {
      for (const node of [...targetList as Node[] ?? [], ...whereClause ? [whereClause as Node] : []]) {
        walk(node, (type, fields) => {
          if (type === "SQLValueFunction") call(fields as SQLValueFunction, input);
        });
      }
    },
  },
};

function call({ op, location }: SQLValueFunction, { source, edits }: TransformInput): void {
  const text = calls[op ?? ""];
  if (!text) return;
  const { start, end } = source.tokens[source.tokenAt(source.offsetOfByte(location ?? 0))];
  edits.replace(start, end, text);
}
