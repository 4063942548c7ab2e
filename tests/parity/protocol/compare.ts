/** Compares transcripts, with the few differences that hold for all cases. */

/** Why transcripts that are called equal may differ; each is in docs/compatibility.md. */
export const tolerated: readonly string[] = [
  "errors may carry a detail or hint where PostgreSQL has none",
  "a query that fails before its first row is answered without RowDescription in the simple protocol",
];

/** Both transcripts, made comparable line by line. */
export function comparable(ours: readonly string[], theirs: readonly string[]): [string[], string[]] {
  const [mine, other] = [ours, theirs].map(withoutVainDescriptions);
  return [mine.map((line, i) => isReport(line) ? withoutExtraHelp(line, other[i]) : line), other];
}

function isReport(line: string): boolean {
  return line.startsWith("E ") || line.startsWith("N ");
}

/** A RowDescription that is followed by an error. */
function withoutVainDescriptions(lines: readonly string[]): string[] {
  return lines.filter((line, i) => !(line.startsWith("T") && lines[i + 1]?.startsWith("E ")));
}

/** Our detail and hint, where the other server has none. */
function withoutExtraHelp(ours: string, theirs: string | undefined): string {
  if (theirs === undefined || !isReport(theirs)) return ours;
  const letters = new Set(fieldsOf(theirs).map((field) => field[0]));
  return fieldsOf(ours).filter((field) => !"DH".includes(field[0]) || letters.has(field[0])).join(" ");
}

/** A report's type and fields, as `normalise.ts` writes them. */
function fieldsOf(report: string): string[] {
  return report.split(/ (?=[VCMDHP]:)/);
}
