import { pipeline } from 'node:stream/promises';
import { createRawPayloadRepository, createStoredAnswerRepository, type Sql } from '@energy-data-service/db';
import { processRawPayload } from '@energy-data-service/processor';
import { createLogger } from '@energy-data-service/runtime';
import { SOURCES } from '@energy-data-service/sources';
import { type EndState, readEndState } from './end-state.ts';
import { openDatabase } from './open-database.ts';

/** Copies answers, and the windows that they answer, into an empty database as if none had been processed yet. */
export async function copyAnswers(from: Sql, to: Sql): Promise<void> {
  for (const table of ['collection', 'raw_payload', 'collection_window']) {
    const rows = await from`copy ${from(table)} to stdout`.readable();
    await pipeline(rows, await to`copy ${to(table)} from stdin`.writable());
  }
  await to`
    update raw_payload
    set processed_at = null, outcome = null, points_new = null, points_revised = null, points_unchanged = null,
      problems = '{}', error = null`;
  await to`
    update collection_window
    set status = 'fetched', outcome = null, points = null, error = null, finished_at = null
    where raw_payload_id is not null`;
}

/** Processes the answers one by one in the order in which they were received, without any queue. */
export async function processInOrder(sql: Sql): Promise<void> {
  const log = createLogger('replay', 'error');
  const handler = processRawPayload({
    sources: SOURCES,
    rawPayloads: createRawPayloadRepository(sql),
    storedAnswers: createStoredAnswerRepository(sql),
  });
  const answers = await sql<{ id: number }[]>`select id from raw_payload order by received_at`;
  const context = { log, signal: new AbortController().signal, attempt: 1, isRetriedByHand: false };
  for (const { id } of answers) {
    const job = { rawPayloadId: id };
    await handler.handle(job, context, await handler.begin(job));
  }
}

/** The state that the answers of a database lead to when nothing disturbs their processing. */
export async function undisturbedEndState(answers: Sql): Promise<EndState> {
  await using replayed = await openDatabase({ max: 2 });
  await copyAnswers(answers, replayed.sql);
  await processInOrder(replayed.sql);
  return await readEndState(replayed.sql);
}
