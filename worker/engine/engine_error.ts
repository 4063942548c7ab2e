/** DuckDB's structured error, as `SET errors_as_json = true` prints it. */
export interface EngineError {
  /** `Catalog`, `Binder`, `Parser`, `Conversion`, …; empty when the text is not one of DuckDB's errors. */
  type: string;
  /** `MISSING_ENTRY`, `COLUMN_NOT_FOUND`, …; empty for none. */
  subtype: string;
  /** What kind of entry a catalogue error is about: `Table`, `Scalar Function`, … */
  entry: string;
  /** The name the error is about. */
  name: string;
  /** `f(INTEGER, DATE)` of a function call that matches nothing. */
  call: string;
  message: string;
  /** 0-based offset in bytes in the statement. */
  position: number | null;
  /** Operating system error number of an I/O error. */
  errno: number | null;
}

/**
 * Reads the text of an error thrown by the bindings: JSON, JSON behind `Parser Error: ` or another error's sentence, or
 * (before the setting acts, and from a few places that do not honour it) plain `Parser Error: text`.
 */
export function parseEngineError(text: string): EngineError {
  const inner = /(?:^|Error: )(\{"exception_type".*\})\s*$/s.exec(text)?.[1] ?? text;
  const [, prefix, rest] = /^(?:([A-Z][\w ]*?) Error: )?(.*)$/s.exec(inner) ?? ["", "", inner];
  const fields = parseFields(rest);
  return {
    type: fields.exception_type ?? prefix ?? "",
    subtype: fields.error_subtype ?? "",
    entry: fields.type ?? "",
    name: fields.name ?? "",
    call: fields.call ?? "",
    message: fields.exception_message ?? rest,
    position: integer(fields.position),
    errno: integer(fields.errno),
  };
}

function parseFields(text: string): Record<string, string | undefined> {
  if (!text.startsWith("{")) return {};
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

function integer(text: string | undefined): number | null {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : null;
}
