/**
 * What the documents of one answer may hold. The parser's time goes into these characters, up to two microseconds
 * each, and its memory into the elements, up to 200 bytes a tag: a body of 64 MB that held little else would keep it
 * busy for half a minute.
 *
 * A leap year of minutes, the longest answer there could be, has 3,162,240 tags in its Points, and 2,108,160 ends of
 * lines if each has four. What the scanner reads is charged as well, though it costs a tenth: whether an answer is
 * read must not depend on how one of its Points is written.
 */
const LIMITS = {
  // Tags, comments, instructions
  '<': 3_200_000,
  // Attributes
  '=': 1_000_000,
  // Entities and references to characters; real documents have a handful.
  '&': 100_000,
  // Ends of lines, which it has to change
  '\r': 2_200_000,
} as const;

type Character = keyof typeof LIMITS;

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
  /** Takes as much for a part without attributes and entities that has been read already, with so many tags. */
  spendScanned(part: string, tags: number): Excess | null;
}

/** A budget for one answer. */
export function createMarkupBudget(): MarkupBudget {
  const spent: Record<Character, number> = { '<': 0, '=': 0, '&': 0, '\r': 0 };
  return {
    spend: (part) =>
      spendEach('<', part) ??
      spendEach('=', part) ??
      spendEach('&', part) ??
      spendEach('\r', part) ??
      longStretch(part),
    spendScanned(part, tags) {
      spent['<'] += tags;
      return spent['<'] > LIMITS['<'] ? tooMuch('<', 0) : spendEach('\r', part);
    },
  };

  function spendEach(character: Character, part: string): Excess | null {
    let count = spent[character];
    for (let at = part.indexOf(character); at !== -1; at = part.indexOf(character, at + 1)) {
      count++;
      if (count > LIMITS[character]) return tooMuch(character, at);
    }
    spent[character] = count;
    return null;
  }
}

function tooMuch(character: Character, at: number): Excess {
  return { message: 'answer has too much markup', at, context: { limit: LIMITS[character], character } };
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
