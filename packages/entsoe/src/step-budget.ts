import { DocumentError, type DocumentPlace } from '@energy-data-service/domain';

/**
 * What one answer may stand for. A Period of a few bytes can claim a billion steps; the claim is
 * refused before anything is allocated. Steps of a calendar cost some microseconds each.
 */
const LIMITS = {
  fixed: { period: 1_000_000, answer: 5_000_000 },
  calendar: { period: 20_000, answer: 100_000 },
} as const;
const MAX_PERIODS = 100_000;
/** A leap year of minutes of which every other is missing has 263,520. */
const MAX_BLOCKS = 500_000;
/** Cutting a Period by a calendar costs as much as so many of its steps. */
const CALENDAR_PERIOD_STEPS = 10;

export interface StepBudget {
  /**
   * Takes what one Period needs.
   *
   * @throws {DocumentError} if the Period has too many steps, or the answer too many steps or Periods
   */
  spend(kind: keyof typeof LIMITS, steps: number, place: DocumentPlace): void;
  /**
   * Takes the blocks that the Points of one Period stand for.
   *
   * @throws {DocumentError} if the answer has too many: every other step is missing
   */
  spendBlocks(count: number, place: DocumentPlace): void;
}

/** A budget for one answer. */
export function createStepBudget(): StepBudget {
  const spent = { fixed: 0, calendar: 0 };
  let periods = 0;
  let blocks = 0;
  return {
    spend(kind, steps, place) {
      periods++;
      if (periods > MAX_PERIODS)
        throw new DocumentError('answer has too many Periods', { ...place, limit: MAX_PERIODS });
      const limit = LIMITS[kind];
      if (steps > limit.period) {
        throw new DocumentError('Period has too many steps', { ...place, steps, limit: limit.period });
      }
      spent[kind] += kind === 'calendar' ? Math.max(steps, CALENDAR_PERIOD_STEPS) : steps;
      if (spent[kind] > limit.answer) {
        throw new DocumentError('answer has too many steps', { ...place, limit: limit.answer });
      }
    },
    spendBlocks(count, place) {
      blocks += count;
      if (blocks > MAX_BLOCKS)
        throw new DocumentError('answer has too many gaps', { ...place, limit: MAX_BLOCKS });
    },
  };
}
