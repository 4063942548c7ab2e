/**
 * Regular expressions with look-around constraints and back references, which RE2 has none of, as conditions without them.
 * That works where a text is only asked whether it matches, and the constraint stands at one end of the pattern: what must
 * follow the end of a match is as good as a part of it, and `^(?=a)b` are two patterns that both begin at the beginning.
 *
 * @see https://www.postgresql.org/docs/18/functions-matching.html#POSIX-CONSTRAINTS-TABLE
 */

/** A pattern that a text must match, or must not. */
export interface Condition {
  pattern: string;
  negated: boolean;
}

/**
 * What a text that matches fulfils altogether; `null` where no such conditions are known.
 *
 * @example conditionsOf("^(?=.*\\d)(?!x).{8}") // ^.*\d, not ^x, ^.{8}
 */
export function conditionsOf(are: string): Condition[] | null {
  if (/^\(\?[a-z]|^\*\*\*/.test(are)) return null; // flags, which may be of any meaning
  const plain = withoutBackReferences(are);
  if (plain === null) return null;
  const items = itemsOf(plain);
  if (!items) return null;
  const constraints = items.filter(isConstraint);
  if (constraints.length === 0) return [{ pattern: plain, negated: false }];
  // An alternative would begin or end in the middle.
  if (items.some(({ text }) => text === "|")) return null;
  if (constraints.some(({ text }) => /\(\?<?[=!]/.test(text.slice(3)))) return null;
  return atBeginning(items) ?? atEnds(items);
}

/** A character, an escape, a bracket expression or a group, without what is behind it to repeat it. */
interface Item {
  text: string;
}

function isConstraint({ text }: Item): boolean {
  return /^\(\?<?[=!]/.test(text);
}

function inside({ text }: Item): string {
  return text.slice(text[2] === "<" ? 4 : 3, -1);
}

/** The parts of a pattern; `null` for brackets that do not close. */
function itemsOf(are: string): Item[] | null {
  const items: Item[] = [];
  for (let at = 0; at < are.length;) {
    const end = endOfItem(are, at);
    if (end === null) return null;
    items.push({ text: are.slice(at, end) });
    at = end;
  }
  return items;
}

function endOfItem(are: string, at: number): number | null {
  if (are[at] === "\\") return at + 2 <= are.length ? at + 2 : null;
  if (are[at] === "[") return endOfBracket(are, at);
  if (are[at] !== "(") return at + 1;
  let end = at + 1;
  while (are[end] !== ")") {
    const next: number | null = end < are.length ? endOfItem(are, end) : null;
    if (next === null) return null;
    end = next;
  }
  return end + 1;
}

function endOfBracket(are: string, at: number): number | null {
  const found = /^\[\^?\]?(?:\[([:.=]).*?\1\]|\\.|[^\]\\])*\]/s.exec(are.slice(at));
  return found ? at + found[0].length : null;
}

/** `^(?=a)(?!b)c` */
function atBeginning([first, ...rest]: readonly Item[]): Condition[] | null {
  if (first.text !== "^") return null;
  const count = rest.findIndex((item) => !/^\(\?[=!]/.test(item.text));
  const [ahead, body] = count < 0 ? [rest, []] : [rest.slice(0, count), rest.slice(count)];
  if (ahead.length === 0 || body.some(isConstraint) || /^[*+?{]/.test(joined(body))) return null;
  return [
    { pattern: `^${joined(body)}`, negated: false },
    ...ahead.map((item) => ({ pattern: `^(?:${inside(item)})`, negated: item.text[2] === "!" })),
  ];
}

/** `(?<=a)b`, `b(?!c)` */
function atEnds(items: readonly Item[]): Condition[] | null {
  const [first, last] = [items[0], items[items.length - 1]];
  const before = /^\(\?<[=!]/.test(first.text) ? around(first, "^") : "";
  const behind = /^\(\?[=!]/.test(last.text) ? around(last, "$") : "";
  if (before === null || behind === null) return null;
  const body = items.slice(before === "" ? 0 : 1, behind === "" ? items.length : -1);
  if (body.length === 0 || body.some(isConstraint)) return null;
  return [{ pattern: `${before}${joined(body)}${behind}`, negated: false }];
}

/** What stands beside a match, or the end of the text; `null` for a negated one of more than a character. */
function around(item: Item, edge: string): string | null {
  const pattern = inside(item);
  const positive = /^\(\?<?=/.test(item.text);
  if (positive) return `(?:${pattern})`;
  const other = anyOther(pattern);
  return other === null ? null : `(?:${edge}|${other})`;
}

/** Any character but those that a pattern of one character matches. */
function anyOther(pattern: string): string | null {
  if (/^[\w \-,:;@#%&<>/'"=!]$/.test(pattern)) return `[^${pattern === "-" ? "\\-" : pattern}]`;
  if (/^\\[dsw]$/.test(pattern)) return pattern.toUpperCase();
  if (/^\\[^\w]$/.test(pattern)) return `[^${pattern}]`;
  if (endOfItem(pattern, 0) !== pattern.length || pattern[0] !== "[") return null;
  return pattern[1] === "^" ? `[${pattern.slice(2)}` : `[^${pattern.slice(1)}`;
}

function joined(items: readonly Item[]): string {
  return items.map(({ text }) => text).join("");
}

/** `(ab)\1` is `(ab)(?:ab)`: a group of letters is the same wherever it matches. `null` where some group is not. */
function withoutBackReferences(are: string): string | null {
  if (!/\\[1-9]/.test(are)) return are;
  if (are.includes("|") || /\(\?/.test(are)) return null;
  const items = itemsOf(are);
  if (!items) return null;
  const groups: string[] = [];
  let out = "";
  for (const [i, { text }] of items.entries()) {
    const number = /^\\([1-9])$/.exec(text)?.[1];
    if (number !== undefined) {
      const group = groups[Number(number) - 1];
      if (group === undefined) return null;
      out += `(?:${group})`;
      continue;
    }
    if (text[0] === "(") {
      const plain = /^\(([\w ]+)\)$/.exec(text)?.[1];
      if (plain === undefined || /^[*+?{]/.test(items[i + 1]?.text ?? "")) return null;
      groups.push(plain);
    }
    out += text;
  }
  return out;
}
