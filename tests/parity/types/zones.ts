/** Every time zone of PostgreSQL's, by its offset and its letters in winter and in summer. */
import { errorOf, type RawClient, rowsOf } from "../../support/raw_client.ts";

const instants = "select timestamptz '2024-01-15 12:00:00+00', timestamptz '2024-07-15 12:00:00+00'";

/** The zones that this server does not show as PostgreSQL does. */
export async function zoneDifferences(theirs: RawClient, ours: RawClient): Promise<string[]> {
  const found: string[] = [];
  for (const zone of await zonesOf(theirs)) {
    const [meant, here] = await Promise.all([shown(theirs, zone), shown(ours, zone)]);
    if (meant !== here) found.push(`${zone}: PostgreSQL ${meant}; here ${here}`);
  }
  return found;
}

/** "Factory" and the machine's own are not zones a client would choose. */
async function zonesOf(theirs: RawClient): Promise<string[]> {
  const sql = "select name from pg_timezone_names where name !~ '^posix|^Factory$|^localtime$' order by name";
  return rowsOf(await theirs.query(sql)).map(([name]) => name!);
}

async function shown(client: RawClient, zone: string): Promise<string> {
  const answer = await client.query(`set datestyle to sql; set timezone to '${zone}'; ${instants}`);
  return errorOf(answer).M ?? rowsOf(answer)[0].join(", ");
}
