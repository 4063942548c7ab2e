/** `password=…`, quoted or not, as in connection strings and option lists; also `password => '…'` and `"password": "…"`. */
const assignment = new RegExp(
  String.raw`\b(pass(?:word|wd)|pwd)(\s*=>?\s*|["']?\s*:\s*(?=["']))` +
    String.raw`('(?:[^'\\]|\\.|'')*'?|"(?:[^"\\]|\\.)*"?|[^\s'",;&)\]}]+)`,
  "gi",
);

/** `PASSWORD '…'`, as in `CREATE USER`. */
const clause = /\b(password\s+)(?:'(?:[^'\\]|\\.|'')*'?)/gi;

/** `scheme://user:secret@host`. */
const url = /(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@'"]*:)[^\s/@'"]+(?=@)/gi;

const masked = "********";

/** Text for a client with the secrets in it blotted out: errors of the engine can quote connection strings. */
export function maskSecrets(text: string): string {
  if (!/pass|pwd|:\/\//i.test(text)) return text;
  return text
    .replace(assignment, (_, name, sign) => `${name}${sign}${masked}`)
    .replace(clause, (_, head) => `${head}'${masked}'`)
    .replace(url, (_, head) => `${head}${masked}`);
}
