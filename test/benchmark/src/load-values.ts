/**
 * Load of consecutive quarter hours in hundredths of a megawatt: a daily curve with noise, like a real zone's, in
 * which no value equals the one before. Equal seeds give equal values.
 */
export function loadHundredths(count: number, seed: number): number[] {
  const random = randomNumbers(seed);
  let before = 0;
  return Array.from({ length: count }, (_, step) => {
    const curve = 900_000 + 200_000 * Math.sin((2 * Math.PI * step) / 96);
    const value = Math.round(curve + 20_000 * random());
    before = value === before ? value + 1 : value;
    return before;
  });
}

/** The same, but each value stays for 1 to 40 quarter hours. */
export function steppedHundredths(count: number, seed: number): number[] {
  const random = randomNumbers(seed);
  const levels = loadHundredths(count, seed);
  const values: number[] = [];
  for (const level of levels) {
    const length = Math.min(1 + Math.floor(40 * random()), count - values.length);
    for (let step = 0; step < length; step++) values.push(level);
    if (values.length === count) break;
  }
  return values;
}

/** A decimal number as the platform writes it: without zeros at its end. */
export function decimalText(hundredths: number): string {
  return String(hundredths / 100);
}

/** Numbers in [0, 1), the same ones for the same seed (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
