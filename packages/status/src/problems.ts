import type { StatusFacts } from '@energy-data-service/db';
import { commandLine } from '@energy-data-service/runtime';
import type { Freshness } from './freshness.ts';

export const PROBLEM_KINDS = [
  'scheduler-silent',
  'source-blocked',
  'source-cut-off',
  'source-failing',
  'collecting-silent',
  'processing-silent',
  'processing-behind',
  'answers-undecodable',
  'windows-failed',
  'data-late',
  'data-behind',
] as const;
export type ProblemKind = (typeof PROBLEM_KINDS)[number];

/** Something that needs a person. */
export interface Problem {
  readonly kind: ProblemKind;
  readonly message: string;
  /** What that person may do. */
  readonly advice: string;
}

/** The same that turns the scheduler's own readiness red. */
const SCHEDULER_SILENT_AFTER_SECONDS = 120;

/** The slowest request ends within five minutes, and an answer is processed in seconds. */
const WORKERS_SILENT_AFTER_SECONDS = 300;

/** More than the ten minutes between two polls of what is asked for most often. */
const SOURCE_FAILING_AFTER_SECONDS = 12 * 60;

/** A thousand large answers, the most that a backfill lets wait, take some minutes. */
const PROCESSING_BEHIND_AFTER_SECONDS = 15 * 60;

/** Causes first. What follows from a cause that is named is not told again: one cut-off source is one problem. */
export function findProblems(
  facts: StatusFacts,
  items: readonly { readonly source: string; readonly freshness: Freshness }[],
): Problem[] {
  const scheduler = findSilentScheduler(facts);
  const sources = facts.sources.flatMap((source) => {
    const problem =
      findSourceProblem(source) ??
      (scheduler === null
        ? (findSilentCollecting(source, facts.now) ?? findFailingSource(source, facts.now))
        : null);
    return problem === null ? [] : [{ source: source.source, problem }];
  });
  const unexplained = items.filter(
    ({ source }) => scheduler === null && !sources.some((silent) => silent.source === source),
  );
  const count = (freshness: Freshness) => unexplained.filter((item) => item.freshness === freshness).length;
  return [
    scheduler,
    ...sources.map(({ problem }) => problem),
    findSilentProcessing(facts) ?? findSlowProcessing(facts),
    findUndecodable(facts),
    findFailedWindows(facts),
    dataProblem(
      'data-late',
      count('late'),
      'waits for an answer for two polls or more',
      'do collectors and processors run, and does the queue answer?',
    ),
    dataProblem(
      'data-behind',
      count('behind'),
      'ends early, and the source has nothing newer',
      "wait, or look at the source's own site; what nobody publishes can be left out of COLLECT_AREAS",
    ),
  ].filter((problem) => problem !== null);
}

function findSilentScheduler({ now, lastRoundAt }: StatusFacts): Problem | null {
  const advice = 'does one run, and can it reach the queue?';
  if (lastRoundAt === null) {
    return { kind: 'scheduler-silent', message: 'no scheduler has completed a round yet', advice };
  }
  const seconds = secondsBetween(lastRoundAt, now);
  if (seconds <= SCHEDULER_SILENT_AFTER_SECONDS) return null;
  return {
    kind: 'scheduler-silent',
    message: `no scheduler has completed a round since ${minute(lastRoundAt)}`,
    advice,
  };
}

function findSourceProblem({ source, block, cutOffSince }: StatusFacts['sources'][number]): Problem | null {
  if (block !== null) {
    return {
      kind: 'source-blocked',
      message: `${source} may not be asked until ${minute(block.until)}: ${block.reason}`,
      advice: 'if it refused the token, renew it; a ban ends by itself, and what was missed is caught up',
    };
  }
  if (cutOffSince === null) return null;
  return {
    kind: 'source-cut-off',
    message: `${source} has failed request after request since ${minute(cutOffSince)}`,
    advice: 'it is tried by itself until it answers; see whether it is down, or the way to it',
  };
}

/** Too few different requests to be cut off for, of which every one fails. */
function findFailingSource(
  { source, lastAskedAt, retried }: StatusFacts['sources'][number],
  now: Temporal.Instant,
): Problem | null {
  if (retried === null) return null;
  const silentSince = latest(retried.since, lastAskedAt);
  if (secondsBetween(silentSince, now) <= SOURCE_FAILING_AFTER_SECONDS) return null;
  return {
    kind: 'source-failing',
    message: `${source} has answered nothing since ${minute(silentSince)}: ${retried.error}`,
    advice: 'what failed is tried again by itself; see whether it is down, or the way to it',
  };
}

/** Windows that nobody tries, though the source may be asked. */
function findSilentCollecting(
  { source, lastAskedAt, oldestUntriedAt }: StatusFacts['sources'][number],
  now: Temporal.Instant,
): Problem | null {
  if (oldestUntriedAt === null) return null;
  const silentSince = latest(oldestUntriedAt, lastAskedAt);
  if (secondsBetween(silentSince, now) <= WORKERS_SILENT_AFTER_SECONDS) return null;
  return {
    kind: 'collecting-silent',
    message: `nobody has asked ${source} since ${minute(silentSince)}, though windows wait`,
    advice: 'does a collector run, and can it reach the queue?',
  };
}

function findSilentProcessing({ now, answers }: StatusFacts): Problem | null {
  const { unprocessed, oldestUnprocessedAt, lastProcessedAt } = answers;
  if (oldestUnprocessedAt === null) return null;
  const silentSince = latest(oldestUnprocessedAt, lastProcessedAt);
  if (secondsBetween(silentSince, now) <= WORKERS_SILENT_AFTER_SECONDS) return null;
  return {
    kind: 'processing-silent',
    message: `no answer has been processed since ${minute(silentSince)}, though ${many(unprocessed, 'answer')} ${unprocessed === 1 ? 'waits' : 'wait'}`,
    advice:
      'does a processor run, and can it reach the queue? A replay of all answers of a dataset and area keeps those ' +
      'that come meanwhile waiting',
  };
}

function findSlowProcessing({ now, answers }: StatusFacts): Problem | null {
  const { unprocessed, oldestUnprocessedAt } = answers;
  if (oldestUnprocessedAt === null) return null;
  if (secondsBetween(oldestUnprocessedAt, now) <= PROCESSING_BEHIND_AFTER_SECONDS) return null;
  return {
    kind: 'processing-behind',
    message: `${many(unprocessed, 'answer')} to process, the oldest since ${minute(oldestUnprocessedAt)}`,
    advice: 'does a processor run? More of them process faster',
  };
}

function findUndecodable({ answers: { undecodable } }: StatusFacts): Problem | null {
  if (undecodable === 0) return null;
  return {
    kind: 'answers-undecodable',
    message: `${many(undecodable, 'answer')} could not be decoded`,
    advice:
      `the errors say why; if the source sent damage, have the same window asked for again (of a backfill: ${commandLine('backfill retry')}); ` +
      `once the decoder is mended: ${commandLine('replay --failed')}`,
  };
}

/** A source that is cut off lets windows fail; they are looked at once it answers. */
function findFailedWindows({ backlog, sources }: StatusFacts): Problem | null {
  const failed = backlog.reduce((sum, windows) => sum + windows.failed, 0);
  if (failed === 0 || sources.some(({ cutOffSince }) => cutOffSince !== null)) return null;
  return {
    kind: 'windows-failed',
    message: `${many(failed, 'window')} failed within a day, and the same was not answered since`,
    advice:
      `the errors say why; a backfill goes on with ${commandLine('backfill retry')}; ` +
      'polls come round by themselves, and other windows when just they are asked for again (in a day they are forgotten)',
  };
}

function dataProblem(kind: ProblemKind, count: number, what: string, advice: string): Problem | null {
  if (count === 0) return null;
  return { kind, message: `${many(count, 'dataset')} of an area: ${what}`, advice };
}

function many(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function latest(a: Temporal.Instant, b: Temporal.Instant | null): Temporal.Instant {
  return b === null || Temporal.Instant.compare(a, b) > 0 ? a : b;
}

function minute(instant: Temporal.Instant): string {
  return instant.toString({ smallestUnit: 'minute' });
}

function secondsBetween(from: Temporal.Instant, to: Temporal.Instant): number {
  return (to.epochMilliseconds - from.epochMilliseconds) / 1_000;
}
