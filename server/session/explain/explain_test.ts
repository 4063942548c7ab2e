import assert from "node:assert/strict";
import { planNode } from "./nodes.ts";
import { asYaml, planText, planTree } from "./print.ts";

const scan = (table: string, rows: string) => ({
  name: "SEQ_SCAN",
  extra_info: { Table: `db.main.${table}`, Filters: "a>1", "Estimated Cardinality": rows },
});
const joined = {
  children: [{
    name: "PROJECTION",
    extra_info: { Projections: ["a", "b"] },
    children: [{
      name: "HASH_JOIN",
      extra_info: { "Join Type": "LEFT", Conditions: "a = b", "Estimated Cardinality": "30" },
      children: [scan("t", "20"), scan("u", "10")],
    }],
  }],
};
const shown = { costs: true, timing: true, planning: null, execution: null };

Deno.test("a plan is told as PostgreSQL's text form has it", () => {
  assert.deepEqual(planText(planNode(joined, null), { ...shown, costs: false, planning: 1, execution: 2 }), [
    "Hash Left Join",
    "  Hash Cond: (a = b)",
    "  ->  Seq Scan on t",
    "        Filter: (a>1)",
    "  ->  Hash",
    "        ->  Seq Scan on u",
    "              Filter: (a>1)",
    "Planning Time: 1.000 ms",
    "Execution Time: 2.000 ms",
  ]);
  assert.equal(
    planText(planNode(joined, null), shown)[0],
    "Hash Left Join  (cost=0.00..0.60 rows=30 width=16)",
  );
});

Deno.test("what changes a table names it", () => {
  const plan = planNode({ name: "DELETE", children: [scan("t", "20")] }, "t");
  assert.equal(planText(plan, { ...shown, costs: false })[0], "Delete on t");
  const [{ Plan }] = planTree(plan, shown) as [{ Plan: Record<string, unknown> }];
  assert.equal(Plan["Node Type"], "ModifyTable");
  assert.equal(Plan.Operation, "Delete");
});

Deno.test("a profile has actual times and rows, those of the nodes below included", () => {
  const profile = {
    operator_name: "UNGROUPED_AGGREGATE",
    operator_timing: 0.001,
    operator_cardinality: 1,
    children: [{ operator_name: "DUMMY_SCAN", operator_timing: 0.002, operator_cardinality: 5 }],
  };
  assert.deepEqual(planText(planNode(profile, null), { ...shown, costs: false }), [
    "Aggregate (actual time=0.000..3.000 rows=1 loops=1)",
    "  ->  Result (actual time=0.000..2.000 rows=5 loops=1)",
  ]);
});

Deno.test("YAML begins as PostgreSQL's does", () => {
  const lines = asYaml(planTree(planNode({ name: "DUMMY_SCAN" }, null), shown)).split("\n");
  assert.deepEqual(lines.slice(0, 2), ["- Plan: ", '    Node Type: "Result"']);
});
