/** The same statement, written another way, and statements with mistakes. The parser's own scanner tells the tokens apart. */
import { Buffer } from "node:buffer";
import { loadModule, scanSync } from "libpg-query";
import type { Random } from "../fuzz/random.ts";

await loadModule();

const blanks = ["\n", "  ", "\t", " /* c */ ", " -- c\n", "/* a /* nested */ 'x */", "\r\n"];

/** Other blanks between the tokens, and other letters in keywords: nothing that has a meaning. */
export function disguised(text: string, random: Random): string {
  const words = wordsOf(text);
  if (words === null) return text;
  return words.map(({ before, word, keyword }, i) => {
    const blank = before !== "" && i > 0 && random.chance(0.3) ? random.pick(blanks) : before;
    return blank + (keyword && random.chance(0.3) ? word.toUpperCase() : word);
  }).join("");
}

/** With one token taken out, doubled, swapped with the next or replaced by one of another statement. */
export function damaged(text: string, other: string, random: Random): string {
  const words = wordsOf(text);
  if (words === null || words.length < 2) return text;
  const at = random.below(words.length);
  const { before, word } = words[at];
  switch (random.below(4)) {
    case 0:
      words.splice(at, 1);
      break;
    case 1:
      words.splice(at, 0, { before: before || " ", word, keyword: false });
      break;
    case 2:
      if (at + 1 < words.length) [words[at], words[at + 1]] = [words[at + 1], words[at]];
      break;
    default: {
      const others = wordsOf(other);
      if (others?.length) words[at] = { ...random.pick(others), before: " " };
    }
  }
  return words.map(({ before, word }) => before + word).join("");
}

interface Word {
  /** The blank in front of it. */
  before: string;
  word: string;
  keyword: boolean;
}

function wordsOf(text: string): Word[] | null {
  const bytes = Buffer.from(text);
  try {
    let end = 0;
    return scanSync(text).tokens.filter(({ tokenName }) => !tokenName.endsWith("_COMMENT")).map((token) => {
      const before = bytes.toString("utf8", end, token.start);
      end = token.end;
      return { before, word: bytes.toString("utf8", token.start, token.end), keyword: token.keywordKind > 0 };
    });
  } catch {
    return null; // what the parser cannot even scan
  }
}
