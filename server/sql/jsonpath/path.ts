/** A jsonpath as a tree. What an accessor is applied to is its `of`. */
export interface JsonPath {
  strict: boolean;
  expression: PathNode;
}

export type Comparison = "=" | "<>" | "<" | "<=" | ">" | ">=";

export type PathNode =
  /** `$`, `@`, and in a subscript `last`. */
  | { kind: "root" | "current" | "last" }
  | { kind: "variable"; name: string }
  | { kind: "string"; value: string }
  | { kind: "number"; value: string }
  | { kind: "word"; value: "true" | "false" | "null" }
  /** `.key` */
  | { kind: "member"; of: PathNode; key: string }
  /** `.*` and `[*]` */
  | { kind: "members" | "elements"; of: PathNode }
  /** `.**`, `.**{2}`, `.**{1 to last}`; of endless depth without a last level. */
  | { kind: "descendants"; of: PathNode; first: number; last: number | null }
  /** `[0, 2 to last]` */
  | { kind: "subscripts"; of: PathNode; ranges: readonly { from: PathNode; to: PathNode }[] }
  /** `? (…)` */
  | { kind: "filter"; of: PathNode; test: PathNode }
  | { kind: "method"; of: PathNode; name: string; arguments: readonly PathNode[] }
  | { kind: "arithmetic"; operator: string; left: PathNode; right: PathNode }
  | { kind: "sign"; operator: string; of: PathNode }
  | { kind: "comparison"; operator: Comparison; left: PathNode; right: PathNode }
  | { kind: "and" | "or"; left: PathNode; right: PathNode }
  | { kind: "not" | "exists" | "isUnknown"; of: PathNode }
  | { kind: "startsWith"; of: PathNode; prefix: PathNode }
  | { kind: "likeRegex"; of: PathNode; pattern: string; flags: string };

const predicates = new Set<PathNode["kind"]>(
  ["comparison", "and", "or", "not", "exists", "isUnknown", "startsWith", "likeRegex"],
);

/** Whether it is true, false or unknown, and not a sequence of items. */
export function isPredicate({ kind }: PathNode): boolean {
  return predicates.has(kind);
}
