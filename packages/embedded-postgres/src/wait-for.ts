import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 25;

/** Waits until the condition holds; false when it does not within the time. */
export async function waitFor(
  condition: () => boolean | Promise<boolean>,
  timeoutMs: number,
): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > deadline) return false;
    await delay(POLL_MS);
  }
  return true;
}
