import { setImmediate } from 'node:timers/promises';

/**
 * The same items, but while one is in use the next is being made. A failure comes when its turn has come; a
 * reader that stops before waits for the item that is under way, and does not hear of its failure.
 */
export async function* readAhead<T>(items: AsyncGenerator<T>): AsyncGenerator<T> {
  let next = settled(items.next());
  try {
    for (;;) {
      const item = (await next)();
      if (item.done) return;
      next = settled(items.next());
      // The driver sends a statement on the next turn of the event loop: until then the server would wait for
      // what the reader does with this item.
      await setImmediate();
      await setImmediate();
      yield item.value;
    }
  } finally {
    await next;
    await items.return(undefined);
  }
}

/** Never rejects, so that a failure that nobody waits for yet is not an unhandled one: it is in the function. */
function settled<T>(promise: Promise<T>): Promise<() => T> {
  return promise.then(
    (value) => () => value,
    (error: unknown) => () => {
      throw error;
    },
  );
}
