import type { Monitoring } from './monitoring.ts';

/**
 * Makes a process not ready until all its parts have started, whatever their own checks say, and again once it ends.
 *
 * @param closing - aborts once the process is told to end
 * @returns what to call when every part has started
 */
export function holdReadiness(
  { readiness }: Pick<Monitoring, 'readiness'>,
  closing: AbortSignal,
): () => void {
  let hasStarted = false;
  readiness.set('service', async () => {
    if (closing.aborted) throw new Error('ends');
    if (!hasStarted) throw new Error('starts');
  });
  return () => {
    hasStarted = true;
  };
}
