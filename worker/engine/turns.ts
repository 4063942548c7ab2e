/**
 * A queue of one: what is handed to it runs one after the other, in the order asked, whether or not the one before
 * failed.
 */
export type Turns = <T>(work: () => Promise<T>) => Promise<T>;

/** A new, empty queue. */
export function turns(): Turns {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work);
    last = mine.then(ignore, ignore);
    return mine;
  };
}

function ignore(): void {}
