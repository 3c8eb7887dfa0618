/**
 * What the parser may be given to read for one answer. Its time goes into these characters, up to a microsecond
 * each: a body of 64 MB that held little else would keep it busy for a quarter of a minute. A year of quarter hours
 * that the scanner cannot read has 200,000 tags.
 */
const LIMITS = [
  // Tags, comments, instructions
  ['<', 2_000_000],
  // Attributes
  ['=', 1_000_000],
  // Entities and references to characters; real documents have a handful.
  ['&', 100_000],
  // Ends of lines, which it has to change
  ['\r', 2_000_000],
] as const;

/** It gathers text up to the next tag before it hands it on. */
const MAX_STRETCH = 100_000;

/** Why, and where in the part, a part is too much. */
export interface Excess {
  readonly message: string;
  readonly at: number;
  readonly context: { readonly limit: number; readonly character?: string };
}

export interface MarkupBudget {
  /** Takes what the parser needs for this part of a document; what is too much, or null. */
  spend(part: string): Excess | null;
}

/** A budget for one answer. */
export function createMarkupBudget(): MarkupBudget {
  const spent = new Map<string, number>();
  return {
    spend(part) {
      for (const [character, limit] of LIMITS) {
        let count = spent.get(character) ?? 0;
        for (let at = part.indexOf(character); at !== -1; at = part.indexOf(character, at + 1)) {
          count++;
          if (count > limit)
            return { message: 'answer has too much markup', at, context: { limit, character } };
        }
        spent.set(character, count);
      }
      return longStretch(part);
    },
  };
}

function longStretch(part: string): Excess | null {
  for (let start = 0; part.length - start > MAX_STRETCH; ) {
    const next = part.indexOf('<', start);
    const end = next === -1 ? part.length : next;
    if (end - start > MAX_STRETCH)
      return { message: 'text is too long', at: start, context: { limit: MAX_STRETCH } };
    start = end + 1;
  }
  return null;
}
