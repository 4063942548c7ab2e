import { depthStep, isSymbol, textOf, type Token, tokenize } from "../lexer.ts";
import type { MacroSource, Source } from "./source.ts";

/** How often each argument of a call is bound; what a macro has behind its parameters is bound once. */
export type Expansion = readonly number[];

/**
 * How often DuckDB binds what a macro is given: as often as its text has the parameter, also in the macros it calls, and
 * once more to choose among overloads. Nested calls multiply it, and binding cannot be interrupted.
 *
 * @returns by name; `null` for what is no macro or has nothing twice
 */
export function expansionsOf(sources: readonly Source[]): (name: string) => Expansion | null {
  const macros = new Map(
    sources.filter((source): source is MacroSource => "overloads" in source)
      .map((source) => [source.name, source]),
  );
  const known = new Map<string, Expansion | null>();
  return function expansionOf(name) {
    const source = macros.get(name);
    if (!source) return null;
    const before = known.get(name);
    if (before !== undefined) return before;
    known.set(name, null);
    const all = source.overloads.map((overload) => overloadExpansion(overload, expansionOf));
    const choice = all.length > 1 ? 1 : 0;
    const length = Math.max(...all.map((one) => one.length));
    const found = Array.from({ length }, (_, i) => choice + Math.max(...all.map((one) => one[i] ?? 0)));
    const expansion = found.some((times) => times > 1) ? found : null;
    known.set(name, expansion);
    return expansion;
  };
}

/** Of `(a, b INTEGER) AS …`. */
function overloadExpansion(overload: string, expansionOf: (name: string) => Expansion | null): number[] {
  const tokens = tokenize(overload);
  const header = tokens.findIndex((token) => isSymbol(overload, token, ")"));
  const parameters: string[] = [];
  for (let i = 1; i < header; i++) {
    const first = isSymbol(overload, tokens[i - 1], "(") || isSymbol(overload, tokens[i - 1], ",");
    if (first) parameters.push(textOf(overload, tokens[i]));
  }
  const times = parameters.map(() => 0);
  /** The calls that what is read stands in, innermost last. */
  const frames: { weight: number; expansion: Expansion | null; argument: number }[] = [];
  for (let i = header + 1; i < tokens.length; i++) {
    const token = tokens[i];
    const frame = frames.at(-1);
    const step = depthStep(overload, token);
    if (step > 0) {
      const weight = frame ? weightIn(frame) : 1;
      frames.push({ weight, expansion: calledBefore(overload, tokens, i, expansionOf), argument: 0 });
    } else if (step < 0) frames.pop();
    else if (isSymbol(overload, token, ",") && frame) frame.argument++;
    else {
      const parameter = isSymbol(overload, tokens[i - 1], ".")
        ? -1
        : parameters.indexOf(textOf(overload, token));
      if (parameter >= 0) times[parameter] += frame ? weightIn(frame) : 1;
    }
  }
  return times;
}

function weightIn(
  { weight, expansion, argument }: { weight: number; expansion: Expansion | null; argument: number },
) {
  return weight * (expansion?.[argument] ?? 1);
}

/** The macro whose call begins at a bracket: `@name(`. DuckDB's own of that name stands without `@`. */
function calledBefore(
  text: string,
  tokens: readonly Token[],
  open: number,
  expansionOf: (name: string) => Expansion | null,
): Expansion | null {
  const name = tokens[open - 1];
  if (!name || !isSymbol(text, tokens[open], "(")) return null;
  const called = textOf(text, name);
  if (withLambda.has(called)) return [2];
  return text[name.start - 1] === "@" ? expansionOf(called) : null;
}

/** DuckDB binds the list of a lambda function for its type, and once more with the lambda. */
const withLambda = new Set(["list_transform", "list_filter", "list_reduce"]);
