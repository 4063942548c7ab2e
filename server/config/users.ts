/** The `users` of the configuration file. */
import { boolean } from "./kinds.ts";
import { problem, unknown } from "./setting.ts";
import { entries, type Entry, isMap, isNothing, isScalar, type Reading, textOf } from "./yaml.ts";

/** Someone who may connect. */
export interface User {
  password: string;
  /** May use the server's files, attach databases and load extensions, as in PostgreSQL. */
  superuser: boolean;
}

export type Users = ReadonlyMap<string, User>;

/** Its password is known to everyone, so it is for loopback addresses only. */
export const defaultUser = { name: "postgres", password: "postgres" };

export const defaultUsers: Users = new Map([[defaultUser.name, {
  password: defaultUser.password,
  superuser: true,
}]]);

const oneUser = "a password, or a mapping of password and superuser";
const userNames = "1 to 63 bytes without /, \\, .. or control characters";

/** Reads the mapping; what is wrong goes to `reading.problems`, without ever showing a password. */
export function readUsers(reading: Reading, { value, origin }: Entry): Users {
  if (isNothing(value) || (isMap(value) && value.items.length === 0)) {
    reading.problems.push(problem("users", origin, "no users given", "at least one name: password"));
    return new Map();
  }
  if (!isMap(value)) {
    reading.problems.push(problem("users", origin, "not a mapping", "name: password, one a line"));
    return new Map();
  }
  const users = new Map<string, User>();
  for (const entry of entries(reading, value, "users.")) {
    if (!isUserName(entry.key)) {
      const wrong = `${JSON.stringify(entry.key)} is not a user name`;
      reading.problems.push(problem("users", entry.origin, wrong, userNames));
      continue;
    }
    const user = readUser(reading, entry);
    if (user) users.set(entry.key, user);
  }
  return users;
}

/** A user's name is also the name of its database file. 63 bytes are what PostgreSQL keeps of a name. */
function isUserName(name: string): boolean {
  // deno-lint-ignore no-control-regex
  if (name === "" || name.includes("..") || /[\/\\\u0000-\u001f\u007f]/.test(name)) return false;
  return new TextEncoder().encode(name).length <= 63;
}

function readUser(reading: Reading, entry: Entry): User | undefined {
  const superuser = entry.key === defaultUser.name;
  if (isNothing(entry.value)) return withPassword(reading, entry, "", superuser);
  if (isScalar(entry.value)) return withPassword(reading, entry, textOf(entry.value), superuser);
  if (isMap(entry.value)) return readUserMapping(reading, entry, superuser);
  reading.problems.push(problem(`users.${entry.key}`, entry.origin, "not a password", oneUser));
  return undefined;
}

function readUserMapping(reading: Reading, user: Entry, superuserByDefault: boolean): User | undefined {
  if (!isMap(user.value)) return undefined;
  const prefix = `users.${user.key}.`;
  let password = "";
  let superuser = superuserByDefault;
  for (const { key, value, origin } of entries(reading, user.value, prefix)) {
    const text = isScalar(value) && !isNothing(value) ? textOf(value) : undefined;
    if (key === "password") {
      password = text ?? "";
    } else if (key === "superuser") {
      superuser = readSuperuser(reading, `${prefix}superuser`, origin, text) ?? superuser;
    } else {
      reading.problems.push(problem(prefix + key, origin, unknown("key", key, ["password", "superuser"])));
    }
  }
  return withPassword(reading, user, password, superuser);
}

function readSuperuser(reading: Reading, name: string, origin: string, text = ""): boolean | undefined {
  const parsed = boolean.parse([text]);
  if ("value" in parsed) return parsed.value;
  reading.problems.push(problem(name, origin, parsed.wrong, boolean.allowed));
  return undefined;
}

function withPassword(reading: Reading, user: Entry, password: string, superuser: boolean): User | undefined {
  const name = `users.${user.key}`;
  if (password === "") {
    reading.problems.push(problem(name, user.origin, "no password given", oneUser));
    return undefined;
  }
  if (password.includes("\0")) {
    reading.problems.push(problem(name, user.origin, "the password has a NUL in it", "any other character"));
    return undefined;
  }
  return { password, superuser };
}
