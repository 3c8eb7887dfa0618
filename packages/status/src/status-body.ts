import type { BackfillProgress, PriorityBacklog, RecentFailure } from '@energy-data-service/db';
import { findArea } from '@energy-data-service/domain';
import type { ItemStatus, SourceStatus, Status } from './status.ts';

/** What `GET /v1/status` answers and `pnpm status --json` prints; its fields are described by the API's contract. */
export type StatusBody = ReturnType<typeof toStatusBody>;

export function toStatusBody(status: Status) {
  const { now, isSimulated, problems, lastRoundAt, sources, backlog, answers, items, backfills, failures } =
    status;
  return {
    time: now.toString(),
    simulated: isSimulated,
    status: problems.length === 0 ? ('ok' as const) : ('attention' as const),
    problems: problems.map(({ kind, message, advice }) => ({ kind, message, advice })),
    scheduler_last_round_at: text(lastRoundAt),
    sources: sources.map(sourceBody),
    windows: backlog.map(windowsBody),
    answers: {
      unprocessed: answers.unprocessed,
      oldest_unprocessed_at: text(answers.oldestUnprocessedAt),
      last_processed_at: text(answers.lastProcessedAt),
      undecodable: answers.undecodable,
    },
    freshness: items.map(itemBody),
    backfills: backfills.map(backfillBody),
    errors: failures.map(errorBody),
  };
}

function sourceBody({ source, requestsLastMinute, lastAskedAt, block, cutOffSince, ...asked }: SourceStatus) {
  return {
    source,
    requests_last_minute: requestsLastMinute,
    last_asked_at: text(lastAskedAt),
    oldest_untried_at: text(asked.oldestUntriedAt),
    retried_error: asked.retried?.error ?? null,
    requests_per_minute_limit: asked.requestsPerMinute,
    blocked_until: text(block?.until ?? null),
    block_reason: block?.reason ?? null,
    cut_off_since: text(cutOffSince),
  };
}

function windowsBody({
  priority,
  pending,
  retried,
  oldestPendingAt,
  paused,
  fetched,
  ...ended
}: PriorityBacklog) {
  return {
    priority,
    pending,
    retried,
    oldest_pending_at: text(oldestPendingAt),
    paused,
    fetched,
    failed_last_day: ended.failed,
    undecodable_last_day: ended.undecodable,
  };
}

function itemBody({ source, dataset, freshness, poll, ...item }: ItemStatus) {
  return {
    source,
    dataset,
    ...areaFields(item),
    freshness,
    last_timestamp: text(item.lastStartsAt),
    stale_before: text(item.staleBefore),
    last_asked_at: text(item.lastAskedAt),
    last_outcome: item.lastOutcome,
    gap_seconds: Math.round(item.gapSeconds),
    poll:
      poll === null
        ? null
        : { status: poll.status, requested_at: poll.requestedAt.toString(), error: poll.error },
  };
}

function backfillBody({
  id,
  requestedAt,
  state,
  pending,
  retried,
  retriedError,
  fetched,
  succeeded,
  failed,
  points,
}: BackfillProgress) {
  return {
    id,
    requested_at: requestedAt.toString(),
    state,
    pending,
    retried,
    retried_error: retriedError,
    fetched,
    succeeded,
    failed,
    points,
  };
}

function errorBody({ failedAt, request: { source, dataset, window, ...areas }, error }: RecentFailure) {
  return {
    time: failedAt.toString(),
    source,
    dataset,
    ...areaFields(areas),
    start_time: window.from.toString(),
    end_time: window.to.toString(),
    error,
  };
}

function areaFields({ area, counterArea }: { readonly area: string; readonly counterArea: string | null }) {
  return {
    area_code: areaCode(area),
    area_eic: area,
    counter_area_code: counterArea === null ? null : areaCode(counterArea),
    counter_area_eic: counterArea,
  };
}

/** The short code of an area, or its EIC if it has none. */
function areaCode(eic: string): string {
  return findArea(eic)?.code ?? eic;
}

function text(instant: Temporal.Instant | null): string | null {
  return instant?.toString() ?? null;
}
