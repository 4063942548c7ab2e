import { quoteName } from "../../../worker/api/quote.ts";
const element = /\s*(?:"((?:[^"]|"")*)"|([^\s",][^\s,"]*))\s*(,|$)/y;

/**
 * The elements of a comma-separated list of identifiers: those without quotes in lower case. `null` when it is not one.
 * An empty text is an empty list.
 *
 * @example
 * ```ts
 * splitIdentifiers('Sales, "My Schema"'); // ["sales", "My Schema"]
 * ```
 */
export function splitIdentifiers(text: string): string[] | null {
  if (text.trim() === "") return [];
  const found: string[] = [];
  let end = 0;
  while (true) {
    element.lastIndex = end;
    const match = element.exec(text);
    if (!match) return null;
    found.push(match[1]?.replaceAll('""', '"') ?? match[2].toLowerCase());
    end = element.lastIndex;
    if (match[3] === "") return found;
  }
}

/** Words that PostgreSQL's `quote_identifier` quotes though they look like plain identifiers, as far as a list may have them. */
const reserved = new Set(
  ("all analyse analyze and any array as asc asymmetric both case cast check collate column constraint create " +
    "current_catalog current_date current_role current_time current_timestamp current_user default deferrable desc " +
    "distinct do else end except false fetch for foreign from grant group having in initially intersect into lateral " +
    "leading limit localtime localtimestamp not null offset on only or order placing primary references returning " +
    "select session_user some symmetric table then to trailing true union unique user using variadic when where " +
    "window with").split(" "),
);

/** An identifier as SQL must write it, in double quotes only where it needs them. */
export function quoteIdentifier(name: string): string {
  if (/^[a-z_][a-z0-9_]*$/.test(name) && !reserved.has(name)) return name;
  return quoteName(name);
}
