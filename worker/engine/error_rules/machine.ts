/** The machine's limits: disk, memory, files, the network; and what DuckDB cannot do. */
import type { Rule } from "./rule.ts";

export const machineRules: readonly Rule[] = [
  { match: /no space left on device|failed to offload|max_temp_directory_size/i, sqlstate: "53100" },
  {
    type: "Out of Memory",
    sqlstate: "53200",
    say: (error) => ({ message: "out of memory", detail: error.message }),
  },
  {
    type: "IO",
    match: /^Extension "(.*)" not found/s,
    sqlstate: "58P01",
    say: (error) => ({
      message: `extension "${error.found[1].replace(/^.*[/\\]|\.duckdb_extension$/g, "")}" is not available`,
    }),
  },
  { type: "IO", match: /^No files found that match|No such file/, sqlstate: "58P01" },
  { type: "IO", match: /[Cc]onflicting lock|Could not set lock/, sqlstate: "55006" },
  { type: "IO", sqlstate: "58030" },
  { type: "HTTP", sqlstate: "08000" },
  { type: "Connection", sqlstate: "08000" },
  { type: "Missing Extension", sqlstate: "0A000" },
  { type: "Extension Autoloading", sqlstate: "0A000" },
  {
    type: "Not implemented",
    match: /^Unknown TimeZone '(.*?)'/,
    sqlstate: "22023",
    say: (error) => ({ message: `invalid value for parameter "TimeZone": "${error.found[1]}"` }),
  },
  { type: "Not implemented", match: /^Unrecognized option/, sqlstate: "22023" },
  { type: "Not implemented", sqlstate: "0A000" },
  { type: "Object Size", sqlstate: "54000" },
  { type: "Sequence", match: /^currval: sequence is not yet defined/, sqlstate: "55000" },
  { type: "Sequence", sqlstate: "2200H" },
  { type: "Parameter Not Resolved", sqlstate: "42P18" },
  { type: "Parameter Not Allowed", sqlstate: "42P02" },
  { type: "Unknown Type", sqlstate: "42704" },
  { type: "Invalid type", sqlstate: "42704" },
  { type: "Expression", sqlstate: "42601" },
];
