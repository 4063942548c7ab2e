import assert from "node:assert/strict";
import type { Facts, Log } from "../observe/log.ts";
import { forwardLog, linesOf } from "./worker_log.ts";

function streamOf(...chunks: string[]): ReadableStream<Uint8Array<ArrayBuffer>> {
  return ReadableStream.from(chunks).pipeThrough(new TextEncoderStream());
}

Deno.test("worker log: lines are whole, however they come", async () => {
  const lines = await Array.fromAsync(linesOf(streamOf("o", "ne\ntw", "o\n\nthr", "ee")));
  assert.deepEqual(lines, ["one", "two", "", "three"]);
});

Deno.test("worker log: a line without an end is cut", async () => {
  const lines = await Array.fromAsync(linesOf(streamOf("x".repeat(70_000), "y".repeat(10), "\nz\n")));
  assert.deepEqual(lines.map((line) => line.length), [70_000, 10, 1]);
});

/** Logs into a list. */
function recorder(): { told: unknown[]; logOf: (name: string) => Log } {
  const told: unknown[] = [];
  const logOf = (name: string): Log => {
    const write = (level: string) => (message: string, facts?: Facts) =>
      void told.push([name, level, message, facts]);
    return {
      on: () => true,
      debug: write("debug"),
      info: write("info"),
      warn: write("warn"),
      error: write("error"),
    };
  };
  return { told, logOf };
}

Deno.test("worker log: a record keeps its level and facts, and says which worker it is of", async () => {
  const { told, logOf } = recorder();
  const time = "2026-01-01T00:00:00.000Z";
  const record = { time, level: "error", logger: "flight", message: "it failed", sqlstate: "XX000" };
  await forwardLog(7, streamOf(JSON.stringify(record) + "\n"), "info", logOf);
  assert.deepEqual(told, [["worker.flight", "error", "it failed", { sqlstate: "XX000", worker: 7 }]]);
});

Deno.test("worker log: what is no record is logged as it is", async () => {
  const { told, logOf } = recorder();
  const lines = [
    "plain",
    "{ not json",
    '{"level":"info"}',
    '{"time":"","logger":"a","message":"b","level":"c"}',
  ];
  await forwardLog(7, streamOf(lines.join("\n")), "warn", logOf);
  assert.deepEqual(told, lines.map((line) => ["worker", "warn", line, { worker: 7 }]));
});

Deno.test("worker log: a broken pipe is an end", async () => {
  const { told, logOf } = recorder();
  const broken = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      controller.error(new Error("broken pipe"));
    },
  });
  await forwardLog(7, broken, "warn", logOf);
  assert.deepEqual(told, []);
});
