/**
 * Reads at most once in `forMs`, however often it is asked; those who ask while it reads get the same reading.
 *
 * @param now - milliseconds that only ever grow
 */
export function keptReading<T>(
  forMs: number,
  read: () => Promise<T>,
  now: () => number = () => performance.now(),
): () => Promise<T> {
  let kept: { readonly reading: Promise<T>; readonly startedAt: number } | undefined;
  return () => {
    if (kept === undefined || now() - kept.startedAt >= forMs) kept = { reading: read(), startedAt: now() };
    return kept.reading;
  };
}
