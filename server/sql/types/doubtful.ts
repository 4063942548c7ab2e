/**
 * Texts that PostgreSQL may read otherwise than DuckDB, for some type or other. A guess by their look, and cheap: what is
 * taken for one costs a question to DuckDB, and almost nothing people write is.
 */

const patterns: readonly RegExp[] = [
  /\\/, // bytea
  /^\s*[{[]/, // arrays, and JSON, which jsonb keeps in a form of its own
  /^\s*\(.*\)\s*$/s, // composite values
  /^\s*(?:now|today|tomorrow|yesterday|epoch|allballs|[-+]?infinity)\b/i,
  /^\s*(?:on|off?|ye|tru?|fa(?:ls?)?)\s*$/i, // booleans that DuckDB does not know
  /^\s*[-+]?(?:\d+\.\d*|\.\d+)\s*$/, // rounded by DuckDB where an integer is wanted
  /^\s*[-+]?\d[\d_]*[eE_]\d+\s*$/,
  /^\s*[-+]?0[xXoObB]/,
  /^\s*[12]\d{3}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])(?:t?\s*\d|\s*$)/i, // 20240131
  /^\s*\d{1,4}[/.-]\d{1,2}[/.]\d/,
  /^\s*\d{1,2}[/.-]\d{1,2}[/.-]\d/,
  /\d\s*(?:bc|ad|am|pm)\s*$/i,
  /^\s*\d{4}-\d\d-\d\d[t\s].*:\d\d(?:\.\d{7,}|\s*[-+a-z])/i, // fractions and zones behind a time
  /^\s*\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?\s*[-+a-z]/i,
  /(?:^|[^a-z])(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[\s,.-]*\d|\d[\s.-]*(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)/i,
  /^\s*j\d+\s*$/i,
  /^\s*[-+]?p[\dt]/i, // intervals
  /^\s*[-+]?\d+-\d+\s*$/,
  /^\s*@|\bago\s*$/i,
  /^\s*[-+]?\d+\s+[-+]?\d+:/,
];

/** Whether some type's value could be meant. */
export function isDoubtful(text: string): boolean {
  return text.length > 0 && patterns.some((pattern) => pattern.test(text));
}
