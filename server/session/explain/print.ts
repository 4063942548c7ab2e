/** A plan in the forms of PostgreSQL's EXPLAIN. */
import type { PlanNode } from "./nodes.ts";

/** What is shown of a plan. */
export interface Shown {
  costs: boolean;
  /** Actual times, beside the numbers of rows. */
  timing: boolean;
  /** Milliseconds; `null` where they are not shown. */
  planning: number | null;
  execution: number | null;
}

/** The text form, a line a row. */
export function planText(plan: PlanNode, shown: Shown): string[] {
  const lines: string[] = [];
  addLines(plan, 0, shown, lines);
  if (shown.planning !== null) lines.push(`Planning Time: ${shown.planning.toFixed(3)} ms`);
  if (shown.execution !== null) lines.push(`Execution Time: ${shown.execution.toFixed(3)} ms`);
  return lines;
}

function addLines(node: PlanNode, depth: number, shown: Shown, lines: string[]): void {
  const indent = depth === 0 ? "" : `${" ".repeat(6 * depth - 4)}->  `;
  const detail = " ".repeat(depth === 0 ? 2 : 6 * depth + 2);
  const on = node.relation === undefined ? "" : ` on ${node.relation}`;
  lines.push(`${indent}${node.label ?? node.type}${on}${numbers(node, shown)}`);
  for (const [name, value] of node.details) {
    lines.push(`${detail}${name}: ${Array.isArray(value) ? value.join(", ") : value}`);
  }
  for (const child of node.children) addLines(child, depth + 1, shown, lines);
}

function numbers({ cost, rows, width, actual }: PlanNode, shown: Shown): string {
  const estimated = shown.costs ? `  (cost=0.00..${cost.toFixed(2)} rows=${rows} width=${width})` : "";
  if (!actual) return estimated;
  const time = shown.timing ? `time=${ms(0)}..${ms(actual.milliseconds)} ` : "";
  return `${estimated} (actual ${time}rows=${actual.rows} loops=1)`;
}

function ms(milliseconds: number): string {
  return milliseconds.toFixed(3);
}

type Value = string | number | boolean | Value[] | { [name: string]: Value };

/** The plan as the structured forms have it. */
export function planTree(plan: PlanNode, shown: Shown): Value {
  const tree: Record<string, Value> = { Plan: nodeTree(plan, shown, null) };
  if (shown.planning !== null) tree["Planning Time"] = rounded(shown.planning);
  if (shown.execution !== null) {
    tree.Triggers = [];
    tree["Execution Time"] = rounded(shown.execution);
  }
  return [tree];
}

function nodeTree(node: PlanNode, shown: Shown, relationship: string | null): Record<string, Value> {
  const tree: Record<string, Value> = { "Node Type": node.type };
  for (const [name, value] of node.structured) tree[name] = value;
  if (relationship !== null) tree["Parent Relationship"] = relationship;
  tree["Parallel Aware"] = false;
  tree["Async Capable"] = false;
  if (node.relation !== undefined) {
    if (!("Function Name" in tree)) tree["Relation Name"] = node.relation;
    tree.Alias = node.relation;
  }
  if (shown.costs) {
    tree["Startup Cost"] = 0;
    tree["Total Cost"] = Math.round(node.cost * 100) / 100;
    tree["Plan Rows"] = node.rows;
    tree["Plan Width"] = node.width;
  }
  if (node.actual) {
    if (shown.timing) {
      tree["Actual Startup Time"] = 0;
      tree["Actual Total Time"] = rounded(node.actual.milliseconds);
    }
    tree["Actual Rows"] = node.actual.rows;
    tree["Actual Loops"] = 1;
  }
  for (const [name, value] of node.details) tree[name] = value;
  if (node.children.length > 0) {
    const kinds = node.children.length > 1 && node.type !== "Append" ? ["Outer", "Inner"] : [];
    tree.Plans = node.children.map((child, i) =>
      nodeTree(child, shown, kinds[i] ?? (node.type === "Append" ? "Member" : "Outer"))
    );
  }
  return tree;
}

function rounded(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1000;
}

/** As PostgreSQL lays JSON out. */
export function asJson(tree: Value): string {
  return JSON.stringify(tree, null, 2);
}

/** A document of PostgreSQL's schema. */
export function asXml(tree: Value): string {
  const [query] = tree as [Record<string, Value>];
  return [
    '<explain xmlns="http://www.postgresql.org/2009/explain">',
    "  <Query>",
    ...Object.entries(query).flatMap(([name, value]) => xmlLines(name, value, "    ")),
    "  </Query>",
    "</explain>",
  ].join("\n");
}

function xmlLines(name: string, value: Value, indent: string): string[] {
  const tag = name.replaceAll(" ", "-");
  if (typeof value !== "object") {
    const text = String(value).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
    return [`${indent}<${tag}>${text}</${tag}>`];
  }
  const inner = Array.isArray(value)
    ? value.flatMap((item) => xmlLines(itemTag(tag), item, `${indent}  `))
    : Object.entries(value).flatMap(([key, item]) => xmlLines(key, item, `${indent}  `));
  return [`${indent}<${tag}>`, ...inner, `${indent}</${tag}>`];
}

function itemTag(tag: string): string {
  return tag === "Plans" ? "Plan" : "Item";
}

export function asYaml(tree: Value): string {
  return (tree as Value[]).flatMap((item) => yamlItem(item, "")).join("\n");
}

function yamlItem(item: Value, indent: string): string[] {
  if (typeof item !== "object") return [`${indent}- ${yamlScalar(item)}`];
  const lines = yamlFields(item as Record<string, Value>, `${indent}  `);
  return [`${indent}- ${lines[0].trimStart()}`, ...lines.slice(1)];
}

function yamlFields(fields: Record<string, Value>, indent: string): string[] {
  return Object.entries(fields).flatMap(([name, value]) => {
    if (typeof value !== "object") return [`${indent}${name}: ${yamlScalar(value)}`];
    const inner = Array.isArray(value)
      ? value.flatMap((item) => yamlItem(item, `${indent}  `))
      : yamlFields(value, `${indent}  `);
    return [`${indent}${name}: `, ...inner];
  });
}

function yamlScalar(value: string | number | boolean): string {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
