import { createRawPayloadRepository, createStoredAnswerRepository, type Sql } from '@energy-data-service/db';
import type { Source } from '@energy-data-service/domain';
import { type QueueBackend, RAW_PAYLOAD_QUEUE, RawPayloadJob, startWorker } from '@energy-data-service/queue';
import type { CloseStep, Logger } from '@energy-data-service/runtime';
import { processRawPayload } from './process-raw-payload.ts';

interface Dependencies {
  readonly sql: Sql;
  readonly queueBackend: QueueBackend;
  readonly sources: readonly Source[];
  readonly concurrency: number;
  readonly log: Logger;
}

/**
 * Starts processing stored answers.
 *
 * @returns what ends it, in order
 */
export function startProcessor({
  sql,
  queueBackend,
  sources,
  concurrency,
  log,
}: Dependencies): readonly CloseStep[] {
  const handler = processRawPayload({
    sources,
    rawPayloads: createRawPayloadRepository(sql),
    storedAnswers: createStoredAnswerRepository(sql),
  });
  const worker = startWorker(queueBackend, RAW_PAYLOAD_QUEUE, RawPayloadJob, handler, { log, concurrency });
  return [['raw payload worker', () => worker.close()]];
}
