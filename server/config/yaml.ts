/** YAML with line numbers: a mapping as a list of entries, a scalar as the text that was written. */
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import { problem } from "./setting.ts";

/** A document being read, and the problems found in it. */
export interface Reading {
  /** As problems show it. */
  file: string;
  document: Document;
  lines: LineCounter;
  problems: string[];
}

/** A key of a mapping with its value; aliases are already followed. */
export interface Entry {
  key: string;
  value: Node | null;
  /** `file:line` of the key. */
  origin: string;
}

/** Parses a file's text. A mistake in its syntax is a problem; what follows from the first one is not listed. */
export function parse(file: string, text: string): Reading {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false });
  const reading: Reading = { file, document, lines, problems: [] };
  const error = document.errors[0] ?? document.warnings[0];
  if (error) {
    const line = lines.linePos(error.pos[0]).line;
    reading.problems.push(problem(`${file}:${line}`, undefined, `not valid YAML: ${explain(error)}`));
  }
  return reading;
}

/** The parser's messages, save those that would repeat a piece of the text: it may be a password. */
function explain(error: { code: string; message: string }): string {
  if (error.code === "TAG_RESOLVE_FAILED") return "an unknown tag; quote a value that begins with !";
  if (error.code === "MULTIPLE_DOCS") return "more than one document";
  if (error.code === "UNEXPECTED_TOKEN") return error.message.replace(/:.*$/s, "");
  return error.message;
}

/** The entries of a mapping, in order. A key given twice, or one that is not a plain text, is a problem. */
export function entries(reading: Reading, map: YAMLMap, prefix: string): Entry[] {
  const found = new Map<string, Entry>();
  for (const pair of map.items) {
    const key = follow(reading, pair.key as Node | null);
    const origin = originOf(reading, pair.key as Node | null);
    if (!isScalar(key)) {
      reading.problems.push(problem(origin, undefined, "a key must be a plain text"));
      continue;
    }
    const entry: Entry = { key: textOf(key), value: follow(reading, pair.value as Node | null), origin };
    const first = found.get(entry.key);
    if (first) {
      reading.problems.push(problem(prefix + entry.key, origin, `already given at ${first.origin}`));
      continue;
    }
    found.set(entry.key, entry);
  }
  return [...found.values()];
}

/** Items of a sequence as texts, or `undefined` where one of them is not a text. */
export function items(reading: Reading, sequence: YAMLSeq): string[] | undefined {
  const nodes = sequence.items.map((item) => follow(reading, item as Node | null));
  return nodes.every((node) => isScalar(node)) ? nodes.map((node) => textOf(node)) : undefined;
}

/** What was written: `0123` stays so and `off` is a text, whatever YAML makes of them. */
export function textOf(scalar: { value: unknown; source?: string; type?: string }): string {
  if (typeof scalar.value === "string") return scalar.value;
  return scalar.source ?? String(scalar.value ?? "");
}

/** Whether nothing was written, as in `port:` or `port: null`. */
export function isNothing(node: Node | null): boolean {
  return node === null || (isScalar(node) && node.value === null);
}

/** The node an alias stands for. */
function follow(reading: Reading, node: Node | null): Node | null {
  if (!isAlias(node)) return node;
  const target = node.resolve(reading.document);
  if (target) return target;
  const wrong = "not valid YAML: an alias without its anchor; quote a value that begins with *";
  reading.problems.push(problem(originOf(reading, node), undefined, wrong));
  return null;
}

function originOf(reading: Reading, node: Node | null): string {
  const line = reading.lines.linePos(node?.range?.[0] ?? 0).line;
  return `${reading.file}:${line}`;
}

export { isMap, isScalar, isSeq, type Node };
