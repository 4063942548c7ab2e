/** A text with ranges replaced, and the way back to the original. Offsets are UTF-16 code units. */
export interface Edited {
  readonly text: string;
  /** Where an offset of the edited text comes from; inside replaced text, the beginning of what it replaces. */
  toOriginal(offset: number): number;
  /** What a range of the original, from the beginning of a token to the end of one, has become. */
  slice(start: number, end: number): string;
}

/** Changes to a text, collected in any order and applied at once. */
export interface Edits {
  readonly size: number;
  /** Replaces a range; changes inside it that come from other edits are lost. */
  replace(start: number, end: number, text: string): void;
  /** Puts text around a range. Several around the same range: the first added is the outermost. */
  wrap(start: number, end: number, before: string, after: string): void;
  /**
   * Puts what a range becomes at another place, with text around it; the range must not hold the place. At one offset it
   * stands like what closes a `wrap` that is added now, or like what opens one.
   */
  copy(
    at: number,
    start: number,
    end: number,
    before: string,
    after: string,
    side?: "closing" | "opening",
  ): void;
  /** Applies all of it. @throws `RangeError` when copies of what holds copies make the text many times longer */
  apply(): Edited;
}

interface Copied {
  from: number;
  to: number;
  after: string;
}

interface Edit {
  start: number;
  end: number;
  text: string;
  /** What the range from here to there becomes stands behind the text, and then `after`. */
  copied?: Copied;
  /** Order among edits that start at the same offset. */
  rank: number;
}

/**
 * Starts with no changes to a text.
 *
 * @example
 * const edits = editsOf("select x::regclass");
 * edits.wrap(7, 8, "f(", ")");
 * edits.replace(8, 18, "");
 * edits.apply().text // "select f(x)"
 */
export function editsOf(original: string): Edits {
  const edits: Edit[] = [];
  return {
    get size() {
      return edits.length;
    },
    replace(start, end, text) {
      edits.push({ start, end, text, rank: 1e9 });
    },
    wrap(start, end, before, after) {
      // At one offset: what closes first (the latest added first), then what opens, then a replacement.
      const order = edits.length;
      if (before) edits.push({ start, end: start, text: before, rank: order + 1 });
      if (after) edits.push({ start: end, end, text: after, rank: -order - 1 });
    },
    copy(at, from, to, before, after, side = "closing") {
      const rank = side === "closing" ? -edits.length - 1 : edits.length + 1;
      edits.push({ start: at, end: at, text: before, copied: { from, to, after }, rank });
    },
    apply: () => applyEdits(original, edits),
  };
}

/** A run of the edited text: kept from the original, or put in its place. */
interface Run {
  text: string;
  /** Where it begins in the edited text. */
  placed: number;
  /** Where it begins in the original. */
  origin: number;
  kept: boolean;
}

function applyEdits(original: string, edits: readonly Edit[]): Edited {
  if (edits.length === 0) {
    return {
      text: original,
      toOriginal: (offset) => offset,
      slice: (start, end) => original.slice(start, end),
    };
  }
  const sorted = [...edits].sort((a, b) => a.start - b.start || a.rank - b.rank || b.end - a.end);
  const copies = { sorted, made: new Map(), room: 8 * original.length + 1_000_000 };
  const runs: Run[] = [];
  let from = 0;
  let placed = 0;
  const push = (text: string, origin: number, kept: boolean) => {
    if (text === "") return;
    runs.push({ text, placed, origin, kept });
    placed += text.length;
  };
  for (const edit of sorted) {
    if (edit.start < from) continue;
    push(original.slice(from, edit.start), from, true);
    if (joinsBefore(original, edit)) push(" ", edit.start, false);
    push(edit.text, edit.start, false);
    if (joinsBehind(original, edit)) push(" ", edit.start, false);
    if (edit.copied) push(copyOf(original, edit.copied, copies), edit.start, false);
    from = edit.end;
  }
  push(original.slice(from), from, true);
  return {
    text: runs.map((run) => run.text).join(""),
    toOriginal: (offset) => originOf(offset, runs),
    slice: (start, end) => runs.map((run) => sliceOf(run, start, end)).join(""),
  };
}

/** Whether a word put in place of something else, or in front of it, would become one with the word before: `select(a)::b`. */
function joinsBefore(original: string, { start, text, rank }: Edit): boolean {
  if (rank < 0 || !isWord(text[0]) || !isWord(original[start - 1])) return false;
  return !isWord(original[start]);
}

/** The same for the word behind, of what is put in something's place: `(a)and`. */
function joinsBehind(original: string, { start, end, text }: Edit): boolean {
  if (start === end || !isWord(text.at(-1)) || !isWord(original[end])) return false;
  return !isWord(original[end - 1]);
}

function isWord(character: string | undefined): boolean {
  return character !== undefined && /[\w$\u0080-\uffff]/.test(character);
}

interface Copies {
  sorted: readonly Edit[];
  /** A copy inside copies is made once: nested calls would otherwise take three times as long with each level. */
  made: Map<Copied, string>;
  /** Characters that copies may still take. */
  room: number;
}

/** What a range becomes by the edits inside it, those at its ends included. */
function copyOf(original: string, copied: Copied, copies: Copies): string {
  const before = copies.made.get(copied);
  if (before !== undefined) return before;
  const { from, to, after } = copied;
  let text = "";
  let at = from;
  for (const edit of copies.sorted) {
    if (edit.start < at || edit.end > to) continue;
    text += original.slice(at, edit.start) + edit.text;
    if (edit.copied) text += copyOf(original, edit.copied, copies);
    at = edit.end;
  }
  text += original.slice(at, to) + after;
  copies.room -= text.length;
  if (copies.room < 0) throw new RangeError("the edited text is too long");
  copies.made.set(copied, text);
  return text;
}

/** What a range of the original takes of a run; what was put in at either end belongs to it. */
function sliceOf(run: Run, start: number, end: number): string {
  if (!run.kept) return run.origin >= start && run.origin <= end ? run.text : "";
  return run.text.slice(Math.max(0, start - run.origin), Math.max(0, end - run.origin));
}

function originOf(offset: number, runs: readonly Run[]): number {
  let i = runs.length - 1;
  while (i > 0 && runs[i].placed > offset) i--;
  const run = runs[i];
  if (!run) return 0;
  return run.kept ? run.origin + Math.min(offset - run.placed, run.text.length) : run.origin;
}
