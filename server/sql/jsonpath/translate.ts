import { lookup } from "../../../worker/api/lookup.ts";
import { PgError } from "../../../worker/api/error.ts";
import { quoteText } from "../../../worker/api/quote.ts";
import { bound } from "../bound.ts";
import { raise } from "../catalog/raise.ts";
import { jsonPointer } from "../json_pointer.ts";
import { type Comparison, isPredicate, type JsonPath, type PathNode } from "./path.ts";

/** What a path is evaluated on: expressions of type JSON. */
export interface PathInput {
  root: string;
  /** An object with the variables; `null` where there are none. */
  variables: string | null;
  /** Whether what does not fit is an error. */
  raises: boolean;
}

/**
 * A jsonpath as a DuckDB expression of type `JSON[]`: the sequence of its items. Where the path does not fit the data (in
 * strict mode, in arithmetic) it is NULL, unless errors are to be raised. The macros it calls are in
 * `catalog/functions_jsonpath.ts`.
 *
 * @throws PgError 0A000 for what DuckDB cannot do
 */
export function pathSequence({ strict, expression }: JsonPath, input: PathInput): string {
  return sequence(expression, { ...input, strict, current: null, depth: 0 });
}

/** A path that is a predicate, as a BOOLEAN that is NULL where it is unknown; `null` for every other path. */
export function pathTruth({ strict, expression }: JsonPath, input: PathInput): string | null {
  if (!isPredicate(expression)) return null;
  return truth(expression, { ...input, strict, current: null, depth: 0, raises: false });
}

interface Scope extends PathInput {
  strict: boolean;
  /** `@` */
  current: string | null;
  /** How many filters are around. */
  depth: number;
}

/** `NULL`, or an error. */
function failure(sqlstate: string, message: string, { raises }: Scope): string {
  return raises ? raise(sqlstate, message) : "NULL";
}

const json = (value: unknown) => `CAST(${quoteText(JSON.stringify(value))} AS JSON)`;

function sequence(node: PathNode, scope: Scope): string {
  switch (node.kind) {
    case "root":
      return `duckgres_path_item(${scope.root})`;
    case "current":
      if (scope.current === null) throw new PgError("42601", "@ is not allowed in root expressions");
      return `[${scope.current}]`;
    case "last":
      throw new PgError("42601", "LAST is allowed only in array subscripts");
    case "variable":
      return variable(node.name, scope);
    case "string":
      return `[${json(node.value)}]`;
    case "number":
    case "word":
      return `[CAST(${quoteText(numberText(node.value))} AS JSON)]`;
    case "member":
      return member(node.of, node.key, scope);
    case "members":
      return wildcard(node.of, "OBJECT", scope);
    case "elements":
      return wildcard(node.of, "ARRAY", scope);
    case "descendants":
      return descendants(node, scope);
    case "subscripts":
      return subscripts(node, scope);
    case "filter":
      return filter(node.of, node.test, scope);
    case "method":
      return method(node, scope);
    case "arithmetic":
      return arithmetic(node, scope);
    case "sign":
      return mapped(unwrapped(node.of, scope), `duckgres_path_sign(dg_x, '${node.operator}')`, scope, [
        "2203A",
        `operand of unary jsonpath operator ${node.operator} is not a numeric value`,
      ]);
    default:
      return `[coalesce(CAST(${truth(node, scope)} AS JSON), CAST('null' AS JSON))]`;
  }
}

function numberText(text: string): string {
  const digits = text.replaceAll("_", "");
  if (/^0[xob]/i.test(digits)) return String(BigInt(digits));
  return digits.replace(/^\./, "0.");
}

function variable(name: string, { variables }: Scope): string {
  if (variables === null) throw new PgError("42704", `could not find jsonpath variable "${name}"`);
  const missing = raise("42704", `could not find jsonpath variable "${name}"`);
  return `[coalesce(json_extract(${variables}, ${jsonPointer(name)}), ${missing})]`;
}

/** Lax mode takes an array's elements where an accessor wants something else. */
function unwrapped(node: PathNode, scope: Scope): string {
  const sql = sequence(node, scope);
  return scope.strict ? sql : `duckgres_path_flat(${sql})`;
}

/** Each item becomes something; where one becomes NULL, it is a failure. */
function mapped(sql: string, body: string, scope: Scope, error: [sqlstate: string, message: string]): string {
  const checked = `CASE WHEN list_count(dg_all) = len(dg_all) THEN dg_all ELSE ${
    failure(...error, scope)
  } END`;
  return bound(`list_transform(${sql}, lambda dg_x: ${body})`, "dg_all", checked);
}

function member(of: PathNode, key: string, scope: Scope): string {
  const sql = unwrapped(of, scope);
  if (!scope.strict) return `duckgres_path_member(${sql}, ${jsonPointer(key)})`;
  const body = `CASE WHEN json_type(dg_x) = 'OBJECT' THEN json_extract(dg_x, ${jsonPointer(key)}) END`;
  return mapped(sql, body, scope, ["2203A", `JSON object does not contain key "${key}"`]);
}

/** `.*` and `[*]`. */
function wildcard(of: PathNode, type: "OBJECT" | "ARRAY", scope: Scope): string {
  const inner = type === "ARRAY" ? `json_extract(dg_x, '$[*]')` : `json_extract(dg_x, '$.*')`;
  if (!scope.strict) {
    const flat = unwrapped(of, scope);
    if (type === "ARRAY") return flat;
    return `flatten(list_transform(${flat}, lambda dg_x: CASE WHEN json_type(dg_x) = 'OBJECT' THEN ${inner} ELSE [] END))`;
  }
  const what = type === "ARRAY" ? "an array" : "an object";
  const name = type === "ARRAY" ? "array" : "member";
  const error: [string, string] = [
    type === "ARRAY" ? "22039" : "2203C",
    `jsonpath wildcard ${name} accessor can only be applied to ${what}`,
  ];
  const body = `CASE WHEN json_type(dg_x) = '${type}' THEN ${inner} END`;
  return `flatten(${mapped(sequence(of, scope), body, scope, error)})`;
}

function descendants(node: Extract<PathNode, { kind: "descendants" }>, scope: Scope): string {
  if (node.first > 1 || (node.last !== null && (node.first !== 0 || node.last !== 0))) {
    throw unsupported("levels of .**");
  }
  const sql = sequence(node.of, scope);
  if (node.last === 0) return sql;
  const below = "json_extract(dg_x, '$.**')";
  return `flatten(list_transform(${sql}, lambda dg_x: ${
    node.first === 1 ? below : `list_prepend(dg_x, ${below})`
  }))`;
}

function subscripts(node: Extract<PathNode, { kind: "subscripts" }>, scope: Scope): string {
  const parts = node.ranges.map(({ from, to }) => {
    const [first, last] = [index(from, scope), index(to, scope)];
    const part = `dg_a[greatest(${first}, 0) + 1:greatest(${last} + 1, 0)]`;
    if (!scope.strict) return part;
    const fits = `${first} >= 0 AND ${first} <= ${last} AND ${last} < len(dg_a)`;
    return `CASE WHEN ${fits} THEN ${part} ELSE ${
      failure("22033", "jsonpath array subscript is out of bounds", scope)
    } END`;
  });
  const all = parts.length === 1
    ? parts[0]
    : `CASE WHEN ${parts.map((part) => `(${part}) IS NULL`).join(" OR ")} THEN NULL ELSE flatten([${
      parts.join(", ")
    }]) END`;
  const items = scope.strict
    ? `CASE WHEN json_type(dg_x) = 'ARRAY' THEN json_extract(dg_x, '$[*]') ELSE ${
      failure("22039", "jsonpath array accessor can only be applied to an array", scope)
    } END`
    : "duckgres_path_items(dg_x)";
  const lists = `list_transform(${sequence(node.of, scope)}, lambda dg_x: ${bound(items, "dg_a", all)})`;
  if (!scope.strict) return `flatten(${lists})`;
  return `flatten(${bound(lists, "dg_all", "CASE WHEN list_count(dg_all) = len(dg_all) THEN dg_all END")})`;
}

/** A subscript, which may be fractional; `dg_a` holds the elements. */
function index(node: PathNode, scope: Scope): string {
  if (node.kind === "number") return String(Math.trunc(Number(numberText(node.value))));
  if (node.kind === "last") return "(len(dg_a) - 1)";
  if (node.kind === "sign") return `(${node.operator}${index(node.of, scope)})`;
  if (node.kind === "arithmetic" && /[-+*]/.test(node.operator)) {
    return `(${index(node.left, scope)} ${node.operator} ${index(node.right, scope)})`;
  }
  return `CAST(trunc(CAST((${sequence(node, scope)})[1] AS DOUBLE)) AS BIGINT)`;
}

function filter(of: PathNode, test: PathNode, scope: Scope): string {
  const item = `dg_item_${scope.depth}`;
  const inner: Scope = { ...scope, current: item, depth: scope.depth + 1, raises: false };
  return `list_filter(${unwrapped(of, scope)}, lambda ${item}: coalesce(${truth(test, inner)}, false))`;
}

const simpleMethods: Readonly<Record<string, [sqlstate: string, kind: string]>> = lookup({
  abs: ["22036", "numeric"],
  ceiling: ["22036", "numeric"],
  floor: ["22036", "numeric"],
  double: ["22036", "string or numeric"],
  number: ["22036", "string or numeric"],
  bigint: ["22036", "string or numeric"],
  integer: ["22036", "string or numeric"],
  boolean: ["22036", "boolean, string, or numeric"],
  string: ["22036", "boolean, string, numeric, or datetime"],
});

function method(node: Extract<PathNode, { kind: "method" }>, scope: Scope): string {
  const { name, of } = node;
  if (node.arguments.length > 0) throw unsupported(`the method .${name}() with arguments`);
  switch (name) {
    case "type":
      return `list_transform(${sequence(of, scope)}, lambda dg_x: to_json(jsonb_typeof(dg_x)))`;
    case "size": {
      const other = scope.strict ? "NULL" : "1";
      const body = `CASE WHEN json_type(dg_x) = 'ARRAY' THEN json_array_length(dg_x) ELSE ${other} END`;
      return mapped(sequence(of, scope), `CAST(CAST(${body} AS VARCHAR) AS JSON)`, scope, [
        "22039",
        "jsonpath item method .size() can only be applied to an array",
      ]);
    }
    case "keyvalue":
      return `flatten(${
        mapped(unwrapped(of, scope), "duckgres_path_keyvalue(dg_x)", scope, [
          "2203C",
          "jsonpath item method .keyvalue() can only be applied to an object",
        ])
      })`;
  }
  const known = simpleMethods[name];
  if (!known) throw unsupported(`the method .${name}()`);
  const [sqlstate, kind] = known;
  const message = `jsonpath item method .${name}() can only be applied to a ${kind} value`;
  return mapped(unwrapped(of, scope), `duckgres_path_${name}(dg_x)`, scope, [sqlstate, message]);
}

function arithmetic(node: Extract<PathNode, { kind: "arithmetic" }>, scope: Scope): string {
  const { operator } = node;
  const divides = operator === "/" || operator === "%";
  const sides = { left: unwrapped(node.left, scope), right: unwrapped(node.right, scope) };
  const single = (side: string) => `len(dg_m.${side}) = 1 AND duckgres_path_is_number(dg_m.${side}[1])`;
  const wrong = (side: string) =>
    failure("22038", `${side} operand of jsonpath operator ${operator} is not a single numeric value`, scope);
  const checked = `CASE WHEN coalesce(NOT (${single("left")}), true) THEN ${wrong("left")}
    WHEN coalesce(NOT (${single("right")}), true) THEN ${wrong("right")}
    ${
    divides
      ? `WHEN CAST(dg_m.right[1] AS DOUBLE) = 0 THEN ${failure("22012", "division by zero", scope)}`
      : ""
  }
    ELSE [duckgres_path_arithmetic(dg_m.left[1], dg_m.right[1], '${operator}')] END`;
  return bound(`{'left': ${sides.left}, 'right': ${sides.right}}`, "dg_m", checked);
}

function truth(node: PathNode, scope: Scope): string {
  switch (node.kind) {
    case "and":
    case "or":
      return `(${truth(node.left, scope)} ${node.kind.toUpperCase()} ${truth(node.right, scope)})`;
    case "not":
      return `(NOT ${truth(node.of, scope)})`;
    case "isUnknown":
      return `(${truth(node.of, scope)} IS NULL)`;
    case "exists":
      return isPredicate(node.of) ? "true" : `(len(${sequence(node.of, { ...scope, raises: false })}) > 0)`;
    case "comparison":
      return comparison(node.operator, node.left, node.right, scope);
    case "startsWith":
      return each(node.of, (item) => startsWith(item, node.prefix, scope), scope);
    case "likeRegex":
      return each(node.of, (item) => likeRegex(item, node.pattern, node.flags), scope);
    default:
      throw new PgError("42601", "syntax error at end of jsonpath input");
  }
}

/** Whether a test is passed by any of the items; in strict mode unknown where it is so for one. */
function each(of: PathNode, test: (item: string) => string, scope: Scope): string {
  const item = `dg_left_${scope.depth}`;
  const verdicts = `list_transform(${unwrapped(of, { ...scope, raises: false })}, lambda ${item}: ${
    test(item)
  })`;
  return `${scope.strict ? "duckgres_path_any_strict" : "duckgres_path_any"}(${verdicts})`;
}

const reversed: Readonly<Record<Comparison, Comparison>> = {
  "=": "=",
  "<>": "<>",
  "<": ">",
  "<=": ">=",
  ">": "<",
  ">=": "<=",
};

/** What `duckgres_path_order` is to be; 2 of null and something else. */
const orders: Readonly<Record<Comparison, string>> = {
  "=": "= 0",
  "<>": "<> 0",
  "<": "= -1",
  "<=": "IN (-1, 0)",
  ">": "= 1",
  ">=": "IN (0, 1)",
};

function comparison(operator: Comparison, left: PathNode, right: PathNode, scope: Scope): string {
  const constant = (node: PathNode) =>
    node.kind === "string" || node.kind === "number" || node.kind === "word";
  if (constant(right)) return each(left, (item) => comparedWith(item, operator, right), scope);
  if (constant(left)) return each(right, (item) => comparedWith(item, reversed[operator], left), scope);
  const other = `dg_right_${scope.depth}`;
  const any = scope.strict ? "duckgres_path_any_strict" : "duckgres_path_any";
  const others = unwrapped(right, { ...scope, raises: false });
  return each(
    left,
    (item) =>
      `${any}(list_transform(${others}, lambda ${other}: duckgres_path_order(${item}, ${other}) ${
        orders[operator]
      }))`,
    scope,
  );
}

/** One item with a constant: of another type it is unknown, but null differs from all others. */
function comparedWith(item: string, operator: Comparison, constant: PathNode): string {
  const differs = String(operator === "<>");
  if (constant.kind === "string") {
    return `CASE json_type(${item}) WHEN 'VARCHAR' THEN json_extract_string(${item}, '$') ${operator} ${
      quoteText(constant.value)
    } WHEN 'NULL' THEN ${differs} END`;
  }
  if (constant.kind === "number") {
    return `CASE WHEN duckgres_path_is_number(${item}) THEN CAST(${item} AS DOUBLE) ${operator} ${
      numberText(constant.value)
    } WHEN json_type(${item}) = 'NULL' THEN ${differs} END`;
  }
  const { value } = constant as { value: string };
  if (value === "null") {
    return `CASE json_type(${item}) WHEN 'NULL' THEN ${operator.includes("=")} ELSE ${differs} END`;
  }
  return `CASE json_type(${item}) WHEN 'BOOLEAN' THEN CAST(${item} AS BOOLEAN) ${operator} ${value} WHEN 'NULL' THEN ${differs} END`;
}

function startsWith(item: string, prefix: PathNode, scope: Scope): string {
  const text = prefix.kind === "string"
    ? quoteText(prefix.value)
    : `json_extract_string((${sequence(prefix, scope)})[1], '$')`;
  return `CASE json_type(${item}) WHEN 'VARCHAR' THEN starts_with(json_extract_string(${item}, '$'), ${text}) END`;
}

/** XQuery's `.` matches no line break unless the flag `s` says so; so does DuckDB's. */
function likeRegex(item: string, pattern: string, flags: string): string {
  if (/[^ismxq]/.test(flags)) {
    throw new PgError("42601", "invalid input syntax for type jsonpath", {
      detail: `Unrecognized flag character "${/[^ismxq]/.exec(flags)![0]}" in LIKE_REGEX predicate.`,
    });
  }
  if (flags.includes("x")) {
    throw new PgError("0A000", 'XQuery "x" flag (expanded regular expressions) is not implemented');
  }
  const text = flags.includes("q") ? pattern.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&") : pattern;
  const options = ["i", "s", "m"].filter((flag) => flags.includes(flag)).join("") || "c";
  return `CASE json_type(${item}) WHEN 'VARCHAR' THEN regexp_matches(json_extract_string(${item}, '$'), ${
    quoteText(text)
  }, '${options}') END`;
}

function unsupported(what: string): PgError {
  return new PgError("0A000", `${what} in a jsonpath is not supported`);
}
