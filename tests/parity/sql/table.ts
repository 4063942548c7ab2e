/** The whole table. */
import type { Chapter } from "./case.ts";
import { applications } from "./table/applications.ts";
import { dataDefinition } from "./table/data_definition.ts";
import { dataManipulation } from "./table/data_manipulation.ts";
import { dataTypes } from "./table/data_types.ts";
import { functionsBasic } from "./table/functions_basic.ts";
import { functionsJson } from "./table/functions_json.ts";
import { functionsSets } from "./table/functions_sets.ts";
import { functionsTimes } from "./table/functions_times.ts";
import { queries } from "./table/queries.ts";
import { sessions } from "./table/sessions.ts";
import { syntax } from "./table/syntax.ts";
import { typeConversion } from "./table/type_conversion.ts";

export const table: readonly Chapter[] = [
  syntax,
  dataDefinition,
  dataManipulation,
  queries,
  dataTypes,
  functionsBasic,
  functionsTimes,
  functionsJson,
  functionsSets,
  typeConversion,
  sessions,
  applications,
];
