/** A 32-bit hash of a text (FNV-1a). */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/**
 * A number in [0, 1) that depends on nothing but its arguments: equally distributed, and unrelated for
 * neighbouring counters.
 *
 * @param counter - an integer; only its lower 32 bits count
 */
export function uniform(key: number, counter: number): number {
  let mixed = key ^ Math.imul(counter, 0x9e3779b1);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
}

/** The same in [-1, 1), continuous in `position` and linear between whole numbers. */
export function smoothNoise(key: number, position: number): number {
  const before = Math.floor(position);
  const share = position - before;
  return (uniform(key, before) * (1 - share) + uniform(key, before + 1) * share) * 2 - 1;
}
