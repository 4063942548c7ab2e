import type { TypeCast } from "libpg-query";
import { firstTokenOf } from "../extent.ts";
import { closingIndex, isKeyword, isSymbol } from "../lexer.ts";
import type { Source } from "../source.ts";
import { endOfFields, endOfType } from "./type_name.ts";

/** Where a cast and its parts stand. Offsets are UTF-16 code units. */
export interface CastExtent {
  start: number;
  end: number;
  argument: { start: number; end: number };
}

/** The extent of `x::type`, `CAST(x AS type)` or `type 'x'`; `null` for a cast that is not written as one (`true`). */
export function castExtent({ arg, typeName, location }: TypeCast, source: Source): CastExtent | null {
  if (!arg || typeName?.location === undefined) return null;
  const { text, tokens } = source;
  const type = source.tokenAt(source.offsetOfByte(typeName.location));
  if (location === undefined || location < 0) return typedLiteral(source, type);
  if (isSymbol(text, tokens[type - 1], "::")) {
    const first = firstTokenOf(arg, source, type - 1);
    return {
      start: tokens[first].start,
      end: tokens[endOfType(source, type) - 1].end,
      argument: { start: tokens[first].start, end: tokens[type - 2].end },
    };
  }
  const open = source.tokenAt(source.offsetOfByte(location));
  if (!isKeyword(text, tokens[open], "cast")) return null;
  return {
    start: tokens[open].start,
    end: tokens[closingIndex(text, tokens, open + 1)].end,
    argument: { start: tokens[open + 2].start, end: tokens[type - 2].end },
  };
}

function typedLiteral(source: Source, type: number): CastExtent | null {
  const { tokens } = source;
  const literal = endOfType(source, type);
  if (tokens[literal]?.kind !== "string") return null;
  let last = literal;
  while (tokens[last + 1]?.kind === "string") last++; // `'a'` and, on the next line, `'b'` are one
  return {
    start: tokens[type].start,
    end: tokens[endOfFields(source, last + 1) - 1].end,
    argument: { start: tokens[literal].start, end: tokens[last].end },
  };
}
