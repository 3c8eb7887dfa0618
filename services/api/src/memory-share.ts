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
