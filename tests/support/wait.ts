/** Milliseconds. Long, since a busy machine may stand still for many seconds; what is right waits no longer for it. */
const usualDeadline = 60_000;

/**
 * Asks `condition` again and again until it gives something truthy, and returns that.
 *
 * @throws when `deadline` milliseconds have passed, naming `what` and, where there is one, the condition's last error.
 */
export async function waitFor<T>(
  what: string,
  condition: () => T | Promise<T>,
  deadline = usualDeadline,
): Promise<NonNullable<T>> {
  const end = Date.now() + deadline;
  let last: unknown;
  while (true) {
    try {
      const value = await condition();
      if (value) return value as NonNullable<T>;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end) {
      throw new Error(`waited ${deadline} ms in vain for ${what}`, last === undefined ? {} : { cause: last });
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The promise's value, or an error that names `what` when it has not come after `deadline` milliseconds. */
export async function within<T>(what: string, promise: Promise<T>, deadline = usualDeadline): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: nothing within ${deadline} ms`)), deadline);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
