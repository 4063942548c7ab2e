/** Everything a program has printed so far, readable while it still runs. */
export class Output {
  #text = "";
  readonly ended: Promise<void>;

  constructor(...streams: ReadableStream<Uint8Array>[]) {
    this.ended = Promise.all(streams.map((stream) => this.#collect(stream))).then(() => {});
  }

  get text(): string {
    return this.#text;
  }

  async #collect(stream: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    for await (const bytes of stream) this.#text += decoder.decode(bytes, { stream: true });
  }
}
