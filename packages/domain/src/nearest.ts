/** Longer than anything that has a name here, and than is worth comparing. */
const LONGEST_NAME = 64;

/** Names within a few edits of `name`, nearest first; at most three, none when nothing is close. */
export function nearest(name: string, names: readonly string[]): string[] {
  if (name.length > LONGEST_NAME) return [];
  const wanted = name.toUpperCase();
  const bound = Math.max(2, Math.ceil(name.length / 3));
  return names
    .map((candidate) => ({ candidate, distance: editDistance(wanted, candidate.toUpperCase()) }))
    .filter(({ distance }) => distance <= bound)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ candidate }) => candidate);
}

/** Levenshtein distance, one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitution, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
