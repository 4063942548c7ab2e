/** The settings that decide how values look, and how some texts are read. */
import { differs, parameters, type, type TypeCase, type Way } from "../case.ts";

/** Of a setting it is enough to see a value as a scalar and in an array. */
const few: readonly Way[] = ["parameter", "insert", "array", "binary"];

const dates = parameters(
  "1999-01-08",
  "0044-03-15 BC",
  "infinity",
  "12345-06-07",
  "01/02/03",
  "January 8 1999",
);
const timestamps = parameters(
  "1999-01-08 04:05:06.789",
  "1999-01-08 00:00:00",
  "0044-03-15 12:00:00 BC",
  "-infinity",
  "12345-06-07 01:02:03",
  "01/02/03 04:05:06",
);
const instants = parameters(
  "1999-01-08 04:05:06.789+00",
  "2024-07-01 12:00:00+00",
  "1999-01-08 04:05:06",
  "2024-07-01 12:00:00",
  "0044-03-15 12:00:00+00 BC",
  "infinity",
  "1850-01-01 00:00:00+00",
  "2024-03-10 02:30:00",
  "2024-03-31 02:30:00",
  "2024-11-03 01:30:00",
  "2037-07-01 00:00:00+00",
  "2040-07-01 00:00:00+00",
  "2500-07-01 00:00:00+00",
);

/** From before a zone's letters were what they are today. */
const wartime = {
  "America/New_York": "05/31/1945 20:00:00 EDT",
  "Europe/Berlin": "06/01/1945 03:00:00 +03",
  "Europe/London": "06/01/1945 02:00:00 +02",
};

const styles = ["ISO", "SQL", "Postgres", "German"];
const orders = ["MDY", "DMY", "YMD"];
const dateStyles = styles.flatMap((style) => orders.map((order) => `set datestyle to ${style}, ${order}`));
const zones = [
  "UTC",
  "America/New_York",
  "Europe/Berlin",
  "Asia/Kolkata",
  "Australia/Lord_Howe",
  "America/St_Johns",
  "Pacific/Apia",
  "Europe/London",
  "Asia/Tokyo",
];

const intervals = parameters(
  "1 year 2 months 3 days 04:05:06.789",
  "-1 year -2 months +3 days -04:05:06",
  "1 year 2 months",
  "-1 year -2 months",
  "3 days",
  "-3 days",
  "3 days 04:05:06",
  "-3 days 04:05:06",
  "-3 days -04:05:06",
  "3 days -04:05:06",
  "04:05:06",
  "-04:05:06",
  "00:00:00",
  "00:00:00.000001",
  "-00:00:00.5",
  "1 mon -1 day",
  "1 year -1 mon",
  "100 hours",
  "1 day 1 us",
  "10 years 3 days",
  "-1-2",
  "1-2 -3 4:05:06",
  "-1 day 2 hours",
  "-1 2:03:04",
  "-1:00",
);

const floats = parameters(
  "0",
  "-0",
  "0.1",
  "1.5",
  "123456.789",
  "0.333333333333333333",
  "1e15",
  "1e-7",
  "123456789.123456789",
  "1e30",
  "NaN",
  "-Infinity",
  "99999.99999999999",
);

export const settings: readonly TypeCase[] = [
  ...dateStyles.flatMap((style) => [
    type("date", dates, { setup: [style], ways: few, bad: ["18/13/1999", "1999-13-13"] }),
    type("timestamp", timestamps, { setup: [style], ways: few }),
    ...["America/New_York", "Asia/Kolkata"].map((zone) =>
      type("timestamptz", instants, { setup: [style, `set timezone to '${zone}'`], ways: few })
    ),
  ]),
  ...zones.flatMap((zone) => [
    type("timestamptz", instants, { setup: [`set timezone to '${zone}'`], ways: few }),
    type("timestamptz", instants, {
      setup: [`set timezone to '${zone}'`, "set datestyle to SQL"],
      ways: few,
    }),
    type("timetz", parameters("04:05:06+00", "04:05:06-03:30", "2024-07-01 04:05:06"), {
      setup: [`set timezone to '${zone}'`],
      ways: few,
    }),
  ]),
  ...Object.entries(wartime).map(([zone, ours]) =>
    type("timestamptz", [
      differs(
        "1945-06-01 00:00:00+00",
        "the time zone database's letters of other days are not at hand",
        ours,
      ),
    ], { setup: [`set timezone to '${zone}'`, "set datestyle to SQL"], ways: few })
  ),
  ...["postgres", "postgres_verbose", "sql_standard", "iso_8601"].map((style) =>
    type("interval", intervals, { setup: [`set intervalstyle to ${style}`], ways: few })
  ),
  ...["hex", "escape"].map((output) =>
    type("bytea", parameters("", "abc", "\\x00ff5c27", "\\x80", "a\\\\b", "\\x7f20", '"'), {
      setup: [`set bytea_output to ${output}`],
      ways: few,
    })
  ),
  ...[-15, -5, 0, 1, 2, 3].flatMap((digits) => [
    type("float8", floats, { setup: [`set extra_float_digits to ${digits}`], ways: few }),
    type("float4", floats, { setup: [`set extra_float_digits to ${digits}`], ways: few }),
  ]),
];
