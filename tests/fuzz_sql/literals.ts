/** Constants in all the forms of PostgreSQL's lexer. */
import type { Random } from "../fuzz/random.ts";

interface Chooser {
  readonly random: Random;
}

const numbers = [
  "0",
  "1",
  "2",
  "42",
  "2147483648",
  "-1",
  "1.5",
  ".5",
  "4.",
  "1e3",
  "2.5E-2",
  "0x1F",
  "0b101",
  "0o17",
];
const rareNumbers = [
  "1_000",
  "9223372036854775808",
  "-2147483648",
  "1e40",
  "0xFFFFFFFFFFFFFFFF",
  "1_0.5_0e1",
];

/** A number. */
export function number({ random }: Chooser): string {
  return random.pick(random.chance(0.85) ? numbers : rareNumbers);
}

const contents = [
  "",
  "a",
  "1",
  "1.5",
  "t",
  "it''s",
  "%a_",
  "^a.*b$",
  "2024-01-31",
  "2024-01-31 10:00:00+02",
  "1 day",
  "{1,2}",
  '{"k": 1}',
  "\\x00ff",
  "é😀",
  "public.t",
  "$1",
  "-- no comment",
  "/*",
  ";",
];

/** A text, quoted in one of the ways there are. */
export function string({ random }: Chooser): string {
  const content = random.pick(contents);
  const bare = content.replaceAll("''", "'");
  switch (random.below(12)) {
    case 0:
      return `E'${content.replaceAll("\\", "\\\\")}\\n\\u0041\\x42'`;
    case 1:
      return `$$${bare}$$`;
    case 2:
      return `$tag$${bare}$tag$`;
    case 3:
      return `U&'${content.replaceAll("\\", "\\\\")}\\0061\\+00e900'`;
    case 4:
      return `N'${content}'`;
    case 5:
      return `'${content}'\n  'more'`;
    default:
      return `'${content}'`;
  }
}

/** A bit string. */
export function bits({ random }: Chooser): string {
  return random.pick(["B'101'", "b'0'", "X'1F'", "x'0a'", "B''"]);
}
