/** Holds a case's conversation with a server and writes down what the server says. */
import { Buffer } from "node:buffer";
import net from "node:net";
import tls from "node:tls";
import * as bytes from "../../support/messages.ts";
import {
  authenticationCode,
  cancelRunning,
  keyOf,
  type RawClient,
  rawClientOn,
  type RawMessage,
} from "../../support/raw_client.ts";
import { scramClient } from "../../support/scram.ts";
import { within } from "../../support/wait.ts";
import type { Case } from "./case.ts";
import { transcript } from "./normalise.ts";
import { start, type Step } from "./steps.ts";

/** Milliseconds until a server that says nothing has failed. */
const patience = 60_000;

/** The case's transcript with the server on `port` of 127.0.0.1. @throws what the server did not answer in time. */
export async function converse(testCase: Case, port: number): Promise<string[]> {
  const conversation = new Conversation(port, testCase.ignore?.fields ?? "");
  try {
    await conversation.open();
    if (testCase.login !== null) await conversation.logIn(testCase.login);
    for (const step of testCase.steps) await conversation.take(step);
    await conversation.leave();
    return conversation.lines;
  } catch (error) {
    const said = conversation.lines.join("\n  ");
    throw new Error(`port ${port}: ${(error as Error).message}, after\n  ${said}`, { cause: error });
  } finally {
    conversation.close();
  }
}

class Conversation {
  readonly lines: string[] = [];
  readonly #port: number;
  readonly #ignored: string;
  #socket: net.Socket;
  /** Once messages are spoken; before that single bytes are. */
  #client: RawClient | null = null;
  #unsent: Uint8Array[] = [];
  #key: Uint8Array = new Uint8Array();
  #ended = false;

  constructor(port: number, ignored: string) {
    this.#port = port;
    this.#ignored = ignored;
    this.#socket = net.connect({ host: "127.0.0.1", port, noDelay: true });
    this.#socket.on("error", () => {}); // "close" follows
  }

  async open(): Promise<void> {
    await happens(this.#socket, "connect");
  }

  async logIn(parameters: Record<string, string>): Promise<void> {
    await this.take(start({ user: "postgres", database: "postgres", ...parameters }));
    if (this.#ended) throw new Error("login refused");
    this.lines.length = 0;
  }

  async take(step: Step): Promise<void> {
    switch (step.kind) {
      case "send":
        return await this.#send(step);
      case "ask":
        this.#socket.write(step.bytes);
        this.lines.push(`byte ${await this.#byte()}`);
        return;
      case "tls":
        return await this.#upgrade(step.protocols);
      case "start":
        return await this.#start(step.message, step.password);
      case "cancel":
        return await this.#cancel(step);
      case "end":
        return await this.#readToEnd();
      case "line":
        return await this.#readLine();
    }
  }

  /** Terminate, and what the server still has to say. */
  async leave(): Promise<void> {
    if (this.#ended) return;
    this.#unsent.push(bytes.terminate());
    await this.#readToEnd();
  }

  close(): void {
    this.#socket.destroy();
  }

  async #send({ bytes, ready, until }: Extract<Step, { kind: "send" }>): Promise<void> {
    this.#unsent.push(bytes);
    if (ready === 0 && until === undefined) return;
    this.#write();
    for (let left = ready; left > 0 && !this.#ended; left--) await this.#readUntil("Z");
    if (until !== undefined) await this.#readUntil(until);
  }

  #write(): void {
    const all = Buffer.concat(this.#unsent);
    this.#unsent = [];
    if (all.length > 0) this.#socket.write(all);
  }

  async #readUntil(type: string): Promise<void> {
    const messages = await this.#messages().until(type);
    this.#note(messages);
    if (messages.at(-1)?.type !== type) this.#over();
  }

  async #readToEnd(): Promise<void> {
    this.#write();
    this.#note(await within("the end of the connection", this.#messages().until(""), patience));
    this.#over();
  }

  async #readLine(): Promise<void> {
    this.#write();
    let text = "";
    this.#socket.on("data", (chunk: Buffer) => text += chunk.toString("latin1"));
    await happens(this.#socket, "close");
    this.lines.push(JSON.stringify(text));
    this.#over();
  }

  #over(): void {
    if (!this.#ended) this.lines.push("closed");
    this.#ended = true;
  }

  #note(messages: readonly RawMessage[]): void {
    this.lines.push(...transcript(messages, this.#ignored));
  }

  #messages(): RawClient {
    if (this.#client === null) {
      this.#client = rawClientOn(this.#socket);
      this.#socket.resume();
    }
    return this.#client;
  }

  async #byte(): Promise<string> {
    const event = happens(this.#socket, "data", "close");
    this.#socket.resume();
    const received = await event;
    this.#socket.pause();
    if (!(received instanceof Uint8Array)) {
      this.#ended = true;
      return "none";
    }
    const chunk = Buffer.from(received);
    if (chunk.length > 1) this.#socket.unshift(chunk.subarray(1));
    return String.fromCharCode(chunk[0]);
  }

  async #upgrade(ALPNProtocols: string[]): Promise<void> {
    const socket = tls.connect({ socket: this.#socket, rejectUnauthorized: false, ALPNProtocols });
    socket.on("error", () => {});
    const done = await happens(socket, "secureConnect").then(() => true, () => false);
    this.lines.push(done ? `tls ${socket.alpnProtocol || "without protocol"}` : "tls refused");
    this.#socket = socket;
    if (!done) this.#over();
  }

  async #start(message: Uint8Array, password: string): Promise<void> {
    const client = this.#messages();
    const scram = scramClient(password);
    const got: RawMessage[] = [];
    client.send(message);
    while (got.at(-1)?.type !== "Z") {
      const message = await client.next();
      if (message === null) break;
      got.push(message);
      if (message.type === "K") this.#key = keyOf([message]);
      if (message.type === "R") answer(client, message, scram);
    }
    this.#note(got);
    if (got.at(-1)?.type !== "Z") this.#over();
  }

  async #cancel(step: Extract<Step, { kind: "cancel" }>): Promise<void> {
    if (step.whileRunning) {
      this.#write();
      this.#note(await cancelRunning(this.#messages(), this.#port, this.#key));
      return;
    }
    const other = net.connect({ host: "127.0.0.1", port: this.#port });
    other.on("error", () => {});
    other.resume();
    const closed = happens(other, "close");
    other.write(bytes.cancelRequest(altered(this.#key, step.key)));
    await closed;
  }
}

function answer(client: RawClient, message: RawMessage, scram: ReturnType<typeof scramClient>): void {
  const text = new TextDecoder().decode(message.body.subarray(4));
  const encoder = new TextEncoder();
  const first = encoder.encode(scram.first);
  const code = authenticationCode(message);
  if (code === 10) client.send(bytes.message("p", "SCRAM-SHA-256", bytes.int32(first.length), first));
  if (code === 11) client.send(bytes.message("p", encoder.encode(scram.final(text))));
  if (code === 12) scram.verify(text);
}

function altered(key: Uint8Array, how: string): Uint8Array {
  const changed = Uint8Array.from(key);
  if (how === "wrong secret") changed[changed.length - 1] ^= 1;
  if (how === "wrong pid") changed[3] ^= 1;
  return how === "short" ? changed.subarray(0, 6) : changed;
}

/** The first of these events of a socket, or a failure when it closes before. */
function happens(socket: net.Socket, ...names: string[]): Promise<unknown> {
  const happened = new Promise((resolve, reject) => {
    for (const name of names) socket.once(name, resolve);
    if (!names.includes("close")) socket.once("close", () => reject(new Error(`closed before ${names}`)));
  });
  return within(names.join(" or "), happened, patience);
}
