/**
 * The cases of a run: each is one connection, and the same every time for the same seed and number (but for the nonces of
 * SCRAM, which the server chooses).
 */
import { int32, message as typed, query, startup, sync, terminate } from "../support/messages.ts";
import { scramClient } from "../support/scram.ts";
import { Finding, type FuzzClient } from "./client.ts";
import { decode, encode, type Message } from "./frontend.ts";
import { breakFrames, mutateBody } from "./mutate.ts";
import type { Random } from "./random.ts";
import type { SeedFile } from "./seed_files.ts";
import { sessionSeeds, startupSeeds, user } from "./seeds.ts";

/** Runs on a fresh connection until the server has closed it. Returns how many malformed messages were sent. */
export type Case = (client: FuzzClient, random: Random) => Promise<number>;

/** Which part of the protocol a case is about. */
export type Phase = "startup" | "authentication" | "session";

/** What mutations start from, by phase. */
export interface Corpus {
  startup: readonly (readonly Message[])[];
  session: readonly (readonly Message[])[];
  /** Beginnings of a connection that are no packets, such as a TLS handshake's. */
  raw: readonly Uint8Array[];
}

/** The table of seeds and the files of earlier findings. */
export function corpusOf(files: readonly SeedFile[]): Corpus {
  const messages = (seeds: readonly Uint8Array[][], typed: boolean) =>
    seeds.map((sequence) => sequence.flatMap((bytes) => decode(bytes, typed)));
  const writesOf = (wanted: Phase) =>
    files.filter(({ phase }) => phase === wanted).map(({ writes }) => writes);
  const found = writesOf("session").map(wholeMessages);
  return {
    startup: messages([...startupSeeds], false),
    session: [...messages([...sessionSeeds], true), ...found.filter((sequence) => sequence.length > 0)],
    raw: writesOf("startup").flat(),
  };
}

/** Of an earlier finding what can be cut into messages; the rest is only sent as it was. */
function wholeMessages(writes: readonly Uint8Array[]): Message[] {
  return writes.flatMap((bytes) => {
    try {
      return decode(bytes, true);
    } catch {
      return [];
    }
  });
}

/** Packets before authentication: one is not what it should be, or its frame is not. */
export function startupCase({ startup, raw }: Corpus): Case {
  return async (client, random) => {
    const sequence = random.pick(startup);
    if (random.chance(0.1)) {
      const bytes = { type: 0, body: random.pick(raw) };
      sendInPieces(client, mutateBody(bytes, bytes, random).body, random);
    } else if (random.chance(0.3)) {
      sendInPieces(client, breakFrames(sequence, random), random);
    } else {
      const at = random.below(sequence.length);
      const other = random.pick(startup)[0];
      const mutated = sequence.map((message, i) => i === at ? mutateBody(message, other, random) : message);
      for (const message of mutated) sendInPieces(client, encode(message), random);
    }
    await client.finish();
    return 1;
  };
}

/** Answers to the server's authentication requests. */
export async function authenticationCase(client: FuzzClient, random: Random): Promise<number> {
  const scram = scramClient(user.password, "rOprNGfwEbeRWgbNEkqO");
  const initial = initialResponse(scram.first);
  const broken = random.below(2);
  await beginLogin(client);
  if (broken === 0) {
    sendInPieces(client, spoil(initial, random), random);
  } else {
    client.send(initial);
    await client.until("SASLContinue", () => codeOf(client) === 11 || client.errors.length > 0);
    if (codeOf(client) === 11) {
      const serverFirst = client.challenge!.toString("utf8", 4);
      const final = typed("p", new TextEncoder().encode(scram.final(serverFirst)));
      sendInPieces(client, spoil(final, random), random);
    }
  }
  await client.finish();
  return 1;
}

function spoil(bytes: Uint8Array, random: Random): Uint8Array {
  const messages = decode(bytes, true);
  if (random.chance(0.3)) return breakFrames(messages, random);
  const { body } = mutateBody(messages[0], messages[0], random);
  return encode({ type: messages[0].type, body });
}

function initialResponse(first: string): Uint8Array {
  const bytes = new TextEncoder().encode(first);
  return typed("p", "SCRAM-SHA-256", int32(bytes.length), bytes);
}

function codeOf(client: FuzzClient): number {
  return client.challenge?.readInt32BE(0) ?? -1;
}

/** How often a session is asked whether it is well before its connection ends, */
const probes = 6;
/** and the sequences before each time. */
const sequences = 6;

/** A session that hears many malformed messages and must answer a good one in between, and ends in various ways. */
export function sessionCase(corpus: Corpus, name: string): Case {
  return async (client, random) => {
    await logIn(client);
    let count = 0;
    for (let i = 0; i < probes && !client.closed; i++) {
      let malformed = 0;
      for (let j = 0; j < sequences; j++) malformed += sendMutated(client, corpus.session, random);
      await probe(client, `${name}.${i}`);
      // Of messages that ended the connection only one is sure to have been read.
      count += client.closed ? 1 : malformed;
    }
    if (client.closed) return count;
    return count + await leave(client, corpus.session, random);
  };
}

/** A whole sequence, most of its messages mutated. Returns how many were. */
function sendMutated(client: FuzzClient, seeds: Corpus["session"], random: Random): number {
  const sequence = random.pick(seeds);
  let malformed = 0;
  for (const message of shuffled(sequence, random)) {
    if (random.chance(0.15)) {
      client.send(encode(message));
      continue;
    }
    malformed++;
    const other = random.pick(random.pick(seeds));
    sendInPieces(client, encode(mutateBody(message, other, random)), random);
  }
  return malformed;
}

/** Sometimes a message is missing, comes twice, or too early. */
function shuffled(sequence: readonly Message[], random: Random): readonly Message[] {
  const at = random.below(sequence.length);
  switch (random.below(12)) {
    case 0:
      return [...sequence.slice(0, at), ...sequence.slice(at + 1)];
    case 1:
      return [...sequence.slice(0, at), sequence[at], ...sequence.slice(at)];
    case 2:
      return [sequence[at], ...sequence];
    default:
      return sequence;
  }
}

/**
 * Whatever state the session was left in (skipping to Sync, in a failed transaction, in a COPY) this brings it out, and
 * then it must answer.
 */
async function probe(client: FuzzClient, mark: string): Promise<void> {
  client.send(sync());
  client.send(query("rollback"));
  client.send(sync());
  client.send(query("rollback"));
  client.send(query(`select '${mark}'`));
  await client.until(`the answer to select '${mark}'`, () => client.sawRow(mark));
}

/** A good end, a vanished client, or frames that cannot be trusted. Returns the malformed messages among it. */
async function leave(client: FuzzClient, seeds: Corpus["session"], random: Random): Promise<number> {
  const manner = random.below(6);
  if (manner === 0) client.send(terminate());
  else if (manner === 1) sendMutated(client, seeds, random);
  else sendInPieces(client, breakFrames(random.pick(seeds), random), random);
  if (manner === 1 || manner === 2) client.reset();
  else await client.finish();
  return manner === 0 ? 0 : 1;
}

async function beginLogin(client: FuzzClient): Promise<void> {
  client.send(startup({ user: user.name }));
  await client.until("the authentication request", () => client.challenge !== null);
  client.forget();
}

async function logIn(client: FuzzClient): Promise<void> {
  const scram = scramClient(user.password);
  client.send(startup({ user: user.name, options: "-c statement_timeout=5s" }));
  await client.until("SASL", () => codeOf(client) === 10);
  client.send(initialResponse(scram.first));
  await client.until("SASLContinue", () => codeOf(client) === 11);
  const serverFirst = client.challenge!.toString("utf8", 4);
  client.send(typed("p", new TextEncoder().encode(scram.final(serverFirst))));
  await client.until("ReadyForQuery", () => client.ready > 0);
  if (client.ready === 0) throw new Finding(`login refused: ${client.errors}`);
  client.forget();
}

/** Exactly the bytes of a file. */
export function replayCase({ phase, writes }: SeedFile): Case {
  return async (client) => {
    if (phase === "session") await logIn(client);
    if (phase === "authentication") await beginLogin(client);
    for (const bytes of writes) client.send(bytes);
    await client.finish();
    return writes.length;
  };
}

/** The server must not care in which pieces a message comes. */
function sendInPieces(client: FuzzClient, bytes: Uint8Array, random: Random): void {
  if (!random.chance(0.1)) return client.send(bytes);
  for (let at = 0; at < bytes.length;) {
    const length = 1 + random.below(8);
    client.send(bytes.subarray(at, at + length));
    at += length;
  }
}
