/** A line of the table as questions to both servers, and the answers compared. */
import assert from "node:assert/strict";
import { type RawClient, rowsOf, typesOf } from "../../support/raw_client.ts";
import { askAll, linesOf, type Question } from "./ask.ts";
import type { Comparison, TypeCase, TypeOids, Value, Way } from "./case.ts";
import { elementsNumberedHere, expectedHere, numberedHere } from "./expected.ts";
import { arrayWays, binaryWays, literalWays, type Sample, statementOf } from "./ways.ts";

/** Changes settings, and makes a table with a column of the type. */
export async function prepare(client: RawClient, { setup }: TypeCase, type: string): Promise<void> {
  for (const sql of [...setup, `create temp table samples (value ${type})`]) {
    assert.doesNotMatch(typesOf(await client.query(sql)), /E/, sql);
  }
}

/** All that is asked about a type; PostgreSQL is asked for the binary form of the values. */
export async function comparisonsOf(
  testCase: TypeCase,
  theirs: RawClient,
  ours: RawClient,
): Promise<Comparison[]> {
  const [oids, here] = await Promise.all([oidsOf(testCase, theirs), oidsOf(testCase, ours)]);
  const samples = await samplesOf(testCase, oids, theirs);
  return testCase.ways.flatMap((way) =>
    samples.flatMap((sample) =>
      testCase.formats.filter((format) => goes(sample, way, format)).map((format) => ({
        testCase,
        way,
        oids,
        here,
        question: questionOf(testCase.type, way, oids, sample, format),
        differs: sample.value?.differs ?? null,
      }))
    )
  );
}

async function oidsOf({ name }: TypeCase, client: RawClient): Promise<TypeOids> {
  const rows = rowsOf(
    await client.query(`select oid, typarray, typelem from pg_type where typname = '${name}'`),
  );
  const [oid, array, element] = rows[0].map(Number);
  return { oid, array, element };
}

/** A value of the table with the bytes PostgreSQL sends for it. */
interface TableSample extends Sample {
  value: Value | null;
  bad: boolean;
}

async function samplesOf(testCase: TypeCase, { oid }: TypeOids, theirs: RawClient): Promise<TableSample[]> {
  const { type, bad, ways } = testCase;
  const values = [...testCase.values, null];
  const inArrays = ways.includes("binary array");
  const answers = await askAll(
    theirs,
    values.map((value) => ({
      name: `${type} '${value?.text}'`,
      sql: inArrays
        ? `select $1::${type}, array[$1::${type}, null, $1::${type}]`
        : `select $1::${type}, null::${type}`,
      types: [oid],
      values: [value === null ? null : value.text],
      resultFormat: 1,
    })),
  );
  const good = values.map((value, i) => {
    assert.equal(answers[i].error, "", `PostgreSQL refuses ${type} '${value?.text}'`);
    const [binary, arrayBinary] = answers[i].values;
    return { text: value?.text ?? null, binary, arrayBinary, value, bad: false };
  });
  return [
    ...good,
    ...bad.map((value) => ({ text: value.text, binary: null, arrayBinary: null, value, bad: true })),
  ];
}

function goes({ value, bad }: TableSample, way: Way, format: 0 | 1): boolean {
  if (literalWays.has(way) && (bad || value?.parameterOnly)) return false;
  if (bad && binaryWays.has(way)) return false;
  // The table has only the text of what is shown, or refused, otherwise.
  if (!value?.differs) return true;
  return !binaryWays.has(way) &&
    (value.differs.ours.startsWith("error ") || (format === 0 && !arrayWays.has(way)));
}

function questionOf(
  type: string,
  way: Way,
  oids: TypeOids,
  sample: Sample,
  resultFormat: 0 | 1,
): Question {
  const text = sample.text === null ? "NULL" : `'${sample.text}'`;
  const name = `${type} ${text} as ${way}, ${resultFormat === 0 ? "text" : "binary"}`;
  return { name, resultFormat, ...statementOf[way](type, oids, sample) };
}

/** Puts the questions to both servers; a line for each that this server does not answer as it should. */
export async function differences(
  comparisons: readonly Comparison[],
  theirs: RawClient,
  ours: RawClient,
): Promise<string[]> {
  const [expected, actual] = await Promise.all([
    askAll(theirs, comparisons.map(forPostgres)),
    askAll(ours, comparisons.map(forThisServer)),
  ]);
  return comparisons.flatMap((comparison, i) => {
    const { name, resultFormat } = comparison.question;
    const here = linesOf(actual[i], resultFormat).join(", ");
    const meant = linesOf(expectedHere(expected[i], comparison), resultFormat).join(", ");
    return meant === here ? [] : [`${name}: PostgreSQL ${meant}; here ${here}`];
  });
}

function forThisServer(comparison: Comparison): Question {
  const { question, testCase: { type, here } } = comparison;
  return {
    ...question,
    sql: type === here ? question.sql : question.sql.replaceAll(type, here),
    types: question.types.map((oid) => numberedHere(oid, comparison)),
    values: question.values.map((value) =>
      value instanceof Uint8Array ? elementsNumberedHere(value, comparison) : value
    ),
  };
}

/** What this server announces as another type, PostgreSQL casts to it. */
function forPostgres({ question, way, testCase: { announced } }: Comparison): Question {
  if (announced === null || announced.exceptColumns || way === "insert") return question;
  const target = announced.as + (arrayWays.has(way) ? "[]" : "");
  return { ...question, sql: question.sql.replace(/^select (.*)$/s, `select ($1)::${target}`) };
}
