/** What all answers together may hold in memory for readers that take their time. */
export interface MemoryShare {
  /** @returns false if that is too much beside what others hold; who is alone gets any amount */
  take(amount: number): boolean;
  free(amount: number): void;
}

export function createMemoryShare(total: number): MemoryShare {
  let held = 0;
  return {
    take(amount) {
      if (held > 0 && held + amount > total) return false;
      held += amount;
      return true;
    },
    free(amount) {
      held -= amount;
    },
  };
}

/**
 * Bytes piece by piece, as fast as they are read; they are held until the last is taken, or the reader goes away.
 *
 * @param free - called once, then
 */
export function readableBytes(
  bytes: Uint8Array<ArrayBuffer>,
  free: () => void,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  let rest = bytes;
  return new ReadableStream(
    {
      pull(controller) {
        const piece = rest.subarray(0, PIECE_BYTES);
        rest = rest.subarray(PIECE_BYTES);
        if (piece.length > 0) controller.enqueue(piece);
        if (rest.length > 0) return;
        controller.close();
        free();
      },
      cancel: free,
    },
    { highWaterMark: 0 },
  );
}

const PIECE_BYTES = 65_536;
