import type { Node } from "libpg-query";

/** A parse tree node without its type: what stands behind the type's key. */
export type Fields = Record<string, unknown>;

/** Called for a node with its type, before its children; `"skip"` leaves the children out. */
export type Visit = (type: string, node: Fields) => "skip" | void;

/**
 * Fields that hold a node without naming its type, because it can only be of that one type. (In the tree a node is
 * `{Type: {…}}` everywhere else.)
 */
const typeOfField: Record<string, string> = {
  relation: "RangeVar",
  rel: "RangeVar",
  view: "RangeVar",
  sequence: "RangeVar",
  pktable: "RangeVar",
  typeName: "TypeName",
  returnType: "TypeName",
  ofTypename: "TypeName",
  larg: "SelectStmt",
  rarg: "SelectStmt",
  collClause: "CollateClause",
  withClause: "WithClause",
  onConflictClause: "OnConflictClause",
  returningClause: "ReturningClause",
  intoClause: "IntoClause",
  into: "IntoClause",
  over: "WindowDef",
  funccall: "FuncCall",
};

/** Visits every node of a parse tree but the strings of names, parents first, in the order of the tree. */
export function walk(tree: Node, visit: Visit): void {
  walkTyped(tree as unknown as Fields, visit);
}

/**
 * What stands behind a node's type: the same object whoever wraps it, so that what is found out of a node is kept by it, under a
 * symbol that nothing sees which lists its fields. (A WeakMap is several times as dear for what lives so shortly.) The node itself
 * where it has no type, as an item that is missing.
 */
export function fieldsOf(node: Node): object {
  for (const type in node) return (node as unknown as Record<string, object>)[type];
  return node;
}

/** A node's type; `""` where it has none, as an item that is missing. Many times cheaper than to ask for one type after another. */
export function typeOf(node: Node): string {
  for (const type in node) return type;
  return "";
}

/** Whether some node of a tree, itself included, passes a test. Sub-selects are not looked into. */
export function anyNode(tree: Node, test: (type: string, node: Fields) => boolean): boolean {
  let found = false;
  walk(tree, (type, node) => {
    if (found || type === "SelectStmt") return "skip";
    found = test(type, node);
  });
  return found;
}

/** `{Type: {…}}`: types begin with a capital letter (or `A_`), fields do not. */
function walkTyped(node: Fields, visit: Visit): void {
  for (const key in node) {
    const value = node[key];
    if (typeof value !== "object" || value === null) continue;
    if (key === "String") continue;
    if (isCapital(key)) walkFields(key, value as Fields, visit);
    else walkValue(key, value, visit);
  }
}

function walkFields(type: string, fields: Fields, visit: Visit): void {
  if (visit(type, fields) === "skip" || type === "A_Const") return;
  // `(a, b) = (…)`: each column has the same source.
  if (type === "MultiAssignRef" && Number(fields.colno) > 1) return;
  for (const key in fields) {
    const value = fields[key];
    if (typeof value === "object" && value !== null) walkValue(key, value, visit);
  }
}

function walkValue(key: string, value: object, visit: Visit): void {
  if (Array.isArray(value)) {
    for (const item of value) if (typeof item === "object" && item !== null) walkTyped(item, visit);
    return;
  }
  const type = typeOfField[key];
  if (type && !isTyped(value)) walkFields(type, value as Fields, visit);
  else walkTyped(value as Fields, visit);
}

/** The sides of a join name their types, the sides of a UNION do not; `relation` is of either sort. */
function isTyped(value: object): boolean {
  for (const key in value) return isCapital(key);
  return false;
}

function isCapital(key: string): boolean {
  const code = key.charCodeAt(0);
  return code >= 65 && code <= 90;
}
