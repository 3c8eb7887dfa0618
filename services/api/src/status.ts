import { FRESHNESS, PROBLEM_KINDS, type StatusReader, toStatusBody } from '@energy-data-service/status';
import { createRoute, z } from '@hono/zod-openapi';
import { strictParameters } from './parameters.ts';
import { FAILURES, jsonContent, MALFORMED } from './responses.ts';
import { createRouter } from './router.ts';

const EXAMPLE_TIME = '2023-03-03T12:00:00Z';

const time = (description: string) => z.string().openapi({ description, example: EXAMPLE_TIME });
const timeOrNull = (description: string) =>
  z.string().nullable().openapi({ description, example: EXAMPLE_TIME });
const count = (description: string, example: number) => z.int().openapi({ description, example });

const AREA_FIELDS = {
  area_code: z
    .string()
    .openapi({ description: 'Short code, or the EIC of an area without one', example: 'CZ' }),
  area_eic: z.string().openapi({ example: '10YCZ-CEPS-----N' }),
  counter_area_code: z
    .string()
    .nullable()
    .openapi({ description: 'The other side of a border; null for items of one area', example: null }),
  counter_area_eic: z.string().nullable().openapi({ description: 'EIC of the other side', example: null }),
};

const Problem = z
  .object({
    kind: z.enum(PROBLEM_KINDS),
    message: z
      .string()
      .openapi({ example: 'entsoe has failed request after request since 2023-03-03T11:40Z' }),
    advice: z.string().openapi({ description: 'What a person may do about it' }),
  })
  .openapi('StatusProblem');

const SourceStatus = z
  .object({
    source: z.string().openapi({ example: 'entsoe' }),
    requests_last_minute: count(
      'Requests that count against the budget at present: that ended within the last minute, whatever came of them, or are under way. One that the ' +
        'source left without a word for half a minute counts for seven. Those under way may make it more than the limit',
      12,
    ),
    last_asked_at: timeOrNull(
      'When its newest answer was received, or a window last failed without one; null if neither ever was',
    ),
    oldest_untried_at: timeOrNull(
      'Since when the oldest window waits that has been in the queue for half a minute, and that nobody has tried to ask for',
    ),
    retried_error: z.string().nullable().openapi({
      description:
        'Of the windows that wait and were tried, why the one that was wanted last was not answered; null if there is none',
      example: null,
    }),
    requests_per_minute_limit: z.int().nullable().openapi({
      description:
        'Requests that all collectors together may send to it in a minute; null for a source that this release does not know',
      example: 380,
    }),
    blocked_until: z.string().nullable().openapi({
      description: 'Until when nothing may be asked of it; null if it may be asked',
      example: null,
    }),
    block_reason: z
      .string()
      .nullable()
      .openapi({ description: 'A ban, or refused credentials', example: null }),
    cut_off_since: z.string().nullable().openapi({
      description:
        'Since when it fails request after request and only one at a time is tried; null if it does not',
      example: null,
    }),
  })
  .openapi('SourceStatus');

const WindowBacklog = z
  .object({
    priority: z.enum(['live', 'heal', 'backfill']),
    pending: count('Wait to be asked for', 3),
    retried: count('Of those that wait, the ones that were tried and not answered; they are tried again', 0),
    oldest_pending_at: timeOrNull('Since when the oldest of them has waited'),
    paused: count('Wait, and are held by an operator', 0),
    fetched: count('Answered, and not yet processed', 1),
    failed_last_day: count(
      'Failed for good within 24 hours without an answer, and neither asked for again, answered nor cancelled since',
      0,
    ),
    undecodable_last_day: count(
      'Failed within 24 hours because the answer could not be decoded, and neither asked for again, answered with data nor cancelled since',
      0,
    ),
  })
  .openapi('WindowBacklog');

const AnswerBacklog = z
  .object({
    unprocessed: count('Stored answers that nobody has processed yet', 1),
    oldest_unprocessed_at: timeOrNull('When the oldest of them was received'),
    last_processed_at: timeOrNull(
      'When an answer was last processed, or a window failed with one that could not be decoded',
    ),
    undecodable: count(
      'Answers of any age that could not be decoded, without those that were replayed since, or followed by a processed ' +
        'answer with data to the same request',
      0,
    ),
  })
  .openapi('AnswerBacklog');

const ItemFreshness = z
  .object({
    source: z.string().openapi({ example: 'entsoe' }),
    dataset: z.string().openapi({ example: 'actual-total-load' }),
    ...AREA_FIELDS,
    freshness: z.enum(FRESHNESS).openapi({
      description:
        'current. behind: the source has nothing newer. late: not answered for two polls. failing: the newest poll ' +
        'failed. awaited: asked for, and not late yet. unpublished: there never was a value. unscheduled: nobody keeps ' +
        'it current',
    }),
    last_timestamp: timeOrNull('Start of the last stored point; of a forecast it lies in the future'),
    stale_before: timeOrNull(
      'behind if last_timestamp is earlier: for a forecast the beginning of the present day, week, month or year in the ' +
        "area's time zone, for what has happened 36 times the interval of its polls ago; null if nothing keeps it current",
    ),
    last_asked_at: timeOrNull('When the newest answer was asked for'),
    last_outcome: z.enum(['data', 'no-data']).nullable().openapi({ description: 'What that answer said' }),
    gap_seconds: count('Length of the time that is wanted, past, and was never answered', 0),
    poll: z
      .object({
        status: z.enum(['pending', 'fetched', 'succeeded', 'failed', 'split']),
        requested_at: time('When the scheduler opened it last'),
        error: z.string().nullable().openapi({ description: 'Why it failed or has to wait', example: null }),
      })
      .nullable()
      .openapi({ description: "The scheduler's newest window; null if it never kept this current" }),
  })
  .openapi('ItemFreshness');

const BackfillStatus = z
  .object({
    id: z.uuid(),
    requested_at: time('When it was begun'),
    state: z.enum(['running', 'paused', 'cancelled']),
    pending: count('Windows that wait to be asked for', 40),
    retried: count('Of those that wait, the ones that were tried and not answered; they are tried again', 3),
    retried_error: z.string().nullable().openapi({
      description: 'Why the newest of those was not answered; null if there is none',
      example: 'the platform failed {"status":500}',
    }),
    fetched: count('Windows that were answered, and not yet processed', 2),
    succeeded: count('Windows', 57),
    failed: count('Windows', 1),
    points: count('Values that the answers held', 1_370_000),
  })
  .openapi('BackfillStatus');

const RecentError = z
  .object({
    time: time('When the window failed'),
    source: z.string().openapi({ example: 'entsoe' }),
    dataset: z.string().openapi({ example: 'actual-total-load' }),
    ...AREA_FIELDS,
    start_time: time('Start of the window, inclusive'),
    end_time: time('End of the window, exclusive'),
    error: z
      .string()
      .openapi({ description: 'Why it failed', example: 'the platform failed {"status":500}' }),
  })
  .openapi('RecentError');

const Status = z
  .object({
    time: time("The database's clock, which all other times are from"),
    simulated: z.boolean().openapi({
      description:
        'Whether the data was made up by the simulator of the platform: whether the name of its database begins with simulated_',
      example: false,
    }),
    status: z.enum(['ok', 'attention']).openapi({ description: 'attention: there are problems' }),
    problems: z.array(Problem).openapi({
      description: 'What needs a person, causes first; what follows from a cause is not told again',
    }),
    scheduler_last_round_at: timeOrNull('When a scheduler last completed a round; null if none ever did'),
    sources: z.array(SourceStatus),
    windows: z
      .array(WindowBacklog)
      .openapi({ description: 'One per priority that has any, the most urgent first' }),
    answers: AnswerBacklog,
    freshness: z.array(ItemFreshness).openapi({
      description: 'One per dataset and area (or border) that is wanted, was asked for, or has points',
    }),
    backfills: z
      .array(BackfillStatus)
      .openapi({ description: 'Those that have not ended, the newest first' }),
    errors: z.array(RecentError).openapi({
      description:
        'The newest windows that failed within 24 hours and were neither asked for again, answered nor cancelled since, at most 20',
    }),
  })
  .openapi('Status');

const getStatus = createRoute({
  operationId: 'getStatus',
  tags: ['Operation'],
  method: 'get',
  path: '/v1/status',
  summary: 'Freshness by dataset and area, backlog, budget, and last errors',
  description:
    'Answers 200 whatever the status is; /readyz tells whether this process can answer. The backlog is that of ' +
    'PostgreSQL, which is the record: the windows that wait, and the answers that wait to be processed. How much of ' +
    'it is in the queue at the moment is not visible here, as the API has no connection to the queue: a request is ' +
    'accepted while the queue is away. The dashboard and the metrics of the scheduler show the queue.',
  request: { query: strictParameters({}) },
  responses: { 200: jsonContent(Status, 'How the work goes'), ...MALFORMED, ...FAILURES },
});

export function statusRoutes(readStatus: StatusReader) {
  return createRouter().openapi(getStatus, async (c) => c.json(toStatusBody(await readStatus()), 200));
}
