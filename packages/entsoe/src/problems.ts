/** Faults of one answer that do not keep the rest from being read. */
export interface Problems {
  report(problem: string): void;
  list(): string[];
}

const MAX_LISTED = 100;

/** Keeps the first hundred and counts the others: a broken answer may have one in every Point. */
export function createProblems(): Problems {
  const listed: string[] = [];
  let others = 0;
  return {
    report(problem) {
      if (listed.length < MAX_LISTED) listed.push(problem);
      else others++;
    },
    list: () => (others === 0 ? listed : [...listed, `${others} further problems`]),
  };
}
