/** The table: every type with its values. To try another value, add it to its type's line. */
import type { TypeCase } from "./case.ts";
import { arrays } from "./table/arrays.ts";
import { enums } from "./table/enums.ts";
import { names } from "./table/names.ts";
import { numbers } from "./table/numbers.ts";
import { settings } from "./table/settings.ts";
import { strings } from "./table/strings.ts";
import { times } from "./table/times.ts";

export const table: readonly TypeCase[] = [
  ...numbers,
  ...strings,
  ...times,
  ...names,
  ...arrays,
  ...enums,
  ...settings,
];
