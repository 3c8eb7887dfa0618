/**
 * What each costs the parser, as measured, in tags. A tag takes about a microsecond and, with the element that comes
 * of it, up to 140 bytes.
 */
const COSTS = {
  // A tag, a comment, an instruction, a CDATA section
  '<': 1,
  // A start tag that is the end tag too
  '/>': 1,
  // An attribute
  '=': 2,
  // An entity, a reference to a character
  '&': 2,
} as const;

type Markup = keyof typeof COSTS;

const EVERY_MARKUP = Object.keys(COSTS) as Markup[];

/**
 * What the documents of one answer may hold: a body of 64 MB that held little else than markup would keep the parser
 * busy for half a minute.
 *
 * Sized for the items of load: a leap year of minutes, the longest answer of theirs there could be, has 3,162,240
 * tags in its Points, and 2,108,160 ends of lines if each has four. An item of many series would need more, or
 * shorter windows: a year of quarter hours has 210,240 tags a series.
 *
 * What the scanner reads is charged as well, though it costs a tenth: whether an answer is read must not depend on
 * how one of its Points is written.
 */
const MAX_COST = 3_200_000;

/** Carriage returns: the parser has to change these ends of lines. */
const MAX_RETURNS = 2_200_000;

/** Code units of all documents: a ZIP may hold no more than an answer that comes as it is. */
const MAX_LENGTH = 64 * 1024 * 1024;

/** Code units without a tag: the parser gathers them before it hands them on. */
const MAX_STRETCH = 100_000;

/** Why, and where in the text, it is too much. */
export interface Excess {
  readonly message: string;
  readonly at: number;
  readonly context: { readonly limit: number };
}

export interface MarkupBudget {
  /** Takes what the parser needs for this part of a document; what is too much, or null. */
  spend(part: string): Excess | null;
  /** Takes as much for a part that has been read already and has so many tags, but no other markup. */
  spendScanned(part: string, tags: number): Excess | null;
}

/** A budget for one answer. */
export function createMarkupBudget(): MarkupBudget {
  let cost = 0;
  let returns = 0;
  let length = 0;
  return {
    spend(part) {
      for (const markup of EVERY_MARKUP) {
        const excess = spendMarkup(markup, part);
        if (excess !== null) return excess;
      }
      return spendText(part);
    },
    spendScanned(part, tags) {
      cost += tags * COSTS['<'];
      return cost > MAX_COST ? tooMuch('markup', MAX_COST, 0) : spendText(part);
    },
  };

  function spendMarkup(markup: Markup, part: string): Excess | null {
    for (let at = part.indexOf(markup); at !== -1; at = part.indexOf(markup, at + 1)) {
      cost += COSTS[markup];
      if (cost > MAX_COST) return tooMuch('markup', MAX_COST, at);
    }
    return null;
  }

  function spendText(part: string): Excess | null {
    for (let at = part.indexOf('\r'); at !== -1; at = part.indexOf('\r', at + 1)) {
      returns++;
      if (returns > MAX_RETURNS) return tooMuch('white space', MAX_RETURNS, at);
    }
    length += part.length;
    return length > MAX_LENGTH ? tooMuch('text', MAX_LENGTH, part.length - (length - MAX_LENGTH)) : null;
  }
}

function tooMuch(what: 'markup' | 'white space' | 'text', limit: number, at: number): Excess {
  return { message: `answer has too much ${what}: ask for a shorter window`, at, context: { limit } };
}

/** The first stretch of a whole document's text that is too long without a tag, or null. */
export function findLongStretch(text: string): Excess | null {
  for (let start = 0; text.length - start > MAX_STRETCH; ) {
    // Backwards from where a tag must have been at the latest: most tags are never looked at.
    const tag = text.lastIndexOf('<', start + MAX_STRETCH);
    if (tag < start) return { message: 'text is too long', at: start, context: { limit: MAX_STRETCH } };
    start = tag + 1;
  }
  return null;
}
