import { PgError } from "../../../worker/api/error.ts";
import { type PathToken, pathTokens, wrong } from "./lexer.ts";
import { type Comparison, isPredicate, type JsonPath, type PathNode } from "./path.ts";

/**
 * Reads a jsonpath.
 *
 * @throws PgError 42601 for what is none, 22P02 for an empty text
 * @see https://www.postgresql.org/docs/18/datatype-json.html#DATATYPE-JSONPATH
 * @example parsePath("lax $.a[*] ? (@ > 2)").expression.kind // "filter"
 */
export function parsePath(text: string): JsonPath {
  const tokens = pathTokens(text);
  if (tokens.length === 1) throw new PgError("22P02", `invalid input syntax for type jsonpath: "${text}"`);
  const reader = new Reader(tokens);
  const strict = reader.takeWord("strict");
  if (!strict) reader.takeWord("lax");
  const expression = reader.or();
  reader.end();
  return { strict, expression };
}

const comparisons: Readonly<Record<string, Comparison>> = {
  "==": "=",
  "!=": "<>",
  "<>": "<>",
  "<": "<",
  "<=": "<=",
  ">": ">",
  ">=": ">=",
};

/** One method a level of precedence. */
class Reader {
  readonly #tokens: readonly PathToken[];
  #at = 0;

  constructor(tokens: readonly PathToken[]) {
    this.#tokens = tokens;
  }

  end(): void {
    if (this.#next.kind !== "end") wrong(this.#next.value);
  }

  takeWord(word: string): boolean {
    if (!this.#isWord(word)) return false;
    this.#at++;
    return true;
  }

  or(): PathNode {
    let left = this.#and();
    while (this.#take("||")) left = { kind: "or", left: test(left), right: test(this.#and()) };
    return left;
  }

  #and(): PathNode {
    let left = this.#predicate();
    while (this.#take("&&")) left = { kind: "and", left: test(left), right: test(this.#predicate()) };
    return left;
  }

  #predicate(): PathNode {
    if (this.#take("!")) {
      const of = this.#predicate();
      return { kind: "not", of: test(of) };
    }
    const left = this.#sum();
    if (isPredicate(left)) return left;
    const operator = this.#next.kind === "symbol" ? comparisons[this.#next.value] : undefined;
    if (operator) {
      this.#at++;
      return { kind: "comparison", operator, left, right: this.#sum() };
    }
    if (this.takeWord("starts")) {
      if (!this.takeWord("with")) wrong(this.#next.value);
      return { kind: "startsWith", of: left, prefix: this.#primary() };
    }
    if (!this.takeWord("like_regex")) return left;
    const pattern = this.#string();
    return { kind: "likeRegex", of: left, pattern, flags: this.takeWord("flag") ? this.#string() : "" };
  }

  #sum(): PathNode {
    let left = this.#product();
    for (let operator; (operator = this.#takeOne("+", "-"));) {
      left = { kind: "arithmetic", operator, left, right: this.#product() };
    }
    return left;
  }

  #product(): PathNode {
    let left = this.#signed();
    for (let operator; (operator = this.#takeOne("*", "/", "%"));) {
      left = { kind: "arithmetic", operator, left, right: this.#signed() };
    }
    return left;
  }

  #signed(): PathNode {
    const operator = this.#takeOne("+", "-");
    return operator ? { kind: "sign", operator, of: this.#signed() } : this.#accessors();
  }

  #accessors(): PathNode {
    let of = this.#primary();
    for (;;) {
      const further = this.#accessor(of);
      if (further === null) return of;
      of = further;
    }
  }

  #accessor(of: PathNode): PathNode | null {
    if (this.#take(".")) return this.#dotted(of);
    if (this.#take("[")) return this.#subscripts(of);
    if (!this.#take("?")) return null;
    this.#expect("(");
    const filter: PathNode = { kind: "filter", of, test: test(this.or()) };
    this.#expect(")");
    return filter;
  }

  #dotted(of: PathNode): PathNode {
    if (this.#take("*")) return { kind: "members", of };
    if (this.#take("**")) return this.#descendants(of);
    const { kind, value } = this.#next;
    if (kind !== "word" && kind !== "string") wrong(value);
    this.#at++;
    if (kind === "string" || !this.#take("(")) return { kind: "member", of, key: value };
    const given: PathNode[] = [];
    while (!this.#take(")")) {
      if (given.length > 0) this.#expect(",");
      given.push(this.#sum());
    }
    return { kind: "method", of, name: value, arguments: given };
  }

  #descendants(of: PathNode): PathNode {
    if (!this.#take("{")) return { kind: "descendants", of, first: 0, last: null };
    const first = this.#level();
    const last = this.takeWord("to") ? this.#level() : first;
    this.#expect("}");
    return { kind: "descendants", of, first: first ?? 0, last };
  }

  #level(): number | null {
    if (this.takeWord("last")) return null;
    const { kind, value } = this.#next;
    if (kind !== "number") wrong(value);
    this.#at++;
    return Number(value);
  }

  #subscripts(of: PathNode): PathNode {
    if (this.#take("*")) {
      this.#expect("]");
      return { kind: "elements", of };
    }
    const ranges = [];
    do {
      const from = this.#sum();
      ranges.push({ from, to: this.takeWord("to") ? this.#sum() : from });
    } while (this.#take(","));
    this.#expect("]");
    return { kind: "subscripts", of, ranges };
  }

  #primary(): PathNode {
    const { kind, value } = this.#next;
    this.#at++;
    switch (kind) {
      case "string":
      case "number":
        return { kind, value };
      case "variable":
        return { kind, name: value };
      case "word":
        return this.#word(value);
    }
    if (value === "$") return { kind: "root" };
    if (value === "@") return { kind: "current" };
    if (value !== "(") wrong(value);
    const inside = this.or();
    this.#expect(")");
    if (!isPredicate(inside) || !this.takeWord("is")) return inside;
    if (!this.takeWord("unknown")) wrong(this.#next.value);
    return { kind: "isUnknown", of: inside };
  }

  #word(value: string): PathNode {
    if (value === "true" || value === "false" || value === "null") return { kind: "word", value };
    if (value === "last") return { kind: "last" };
    if (value !== "exists") wrong(value);
    this.#expect("(");
    const of = this.or();
    this.#expect(")");
    return { kind: "exists", of };
  }

  #string(): string {
    const { kind, value } = this.#next;
    if (kind !== "string") wrong(value);
    this.#at++;
    return value;
  }

  get #next(): PathToken {
    return this.#tokens[this.#at];
  }

  #isWord(word: string): boolean {
    return this.#next.kind === "word" && this.#next.value.toLowerCase() === word;
  }

  #takeOne(...symbols: string[]): string | null {
    const { kind, value } = this.#next;
    if (kind !== "symbol" || !symbols.includes(value)) return null;
    this.#at++;
    return value;
  }

  #take(symbol: string): boolean {
    return this.#takeOne(symbol) !== null;
  }

  #expect(symbol: string): void {
    if (!this.#take(symbol)) wrong(this.#next.value);
  }
}

/** What must be true, false or unknown. */
function test(node: PathNode): PathNode {
  if (!isPredicate(node)) wrong(")");
  return node;
}
