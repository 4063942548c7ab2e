/** How many tests passed, failed and were skipped. */
export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/**
 * Reads the closing line of `deno test` (`ok | 12 passed (3 steps) | 0 failed | 1 ignored (2s)`). A run that exits
 * non-zero without counting a failure (a module that does not load, a crash) counts as one.
 */
export function readCounts(output: string, code: number): Counts {
  const lines = output.split("\n");
  const line = lines.findLast((text) => /^(ok|FAILED) \| \d+ passed/.test(text)) ?? "";
  const count = (word: string) => Number(line.match(new RegExp(`(\\d+) ${word}`))?.[1] ?? 0);
  const counts = { passed: count("passed"), failed: count("failed"), skipped: count("ignored") };
  if (code !== 0 && counts.failed === 0) counts.failed = 1;
  return counts;
}

/** The sum. */
export function add(a: Counts, b: Counts): Counts {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

/** Whether anything failed. */
export function failed(counts: Counts): boolean {
  return counts.failed > 0;
}

/** `12 passed, 0 failed`, with `, 1 skipped` only where some were. */
export function summary(counts: Counts): string {
  const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : "";
  return `${counts.passed} passed, ${counts.failed} failed${skipped}`;
}
