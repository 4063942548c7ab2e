import { macro, type Source } from "./source.ts";

/**
 * What the session keeps in DuckDB's comments (`server/session/ddl/notes.ts`): behind the user's own comment and a unit
 * separator there is JSON about the object.
 */
export const noteSources: readonly Source[] = [
  macro("duckgres_comment", "(comment) AS nullif(split_part(comment, chr(31), 1), '')"),
  macro(
    "duckgres_note",
    "(comment, path) AS CASE WHEN contains(comment, chr(31)) THEN json_extract_string(split_part(comment, chr(31), 2), path) END",
  ),
];
