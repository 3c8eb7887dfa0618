import { expect } from 'vitest';
import type { Sql } from '../connect.ts';
import { EVERYTHING } from './deliveries.ts';
import { asNumbers, expectedAsOf, expectedState, type State } from './expected-state.ts';
import type { ReceivedAnswer } from './received-answers.ts';
import { readAsOf, readState } from './stored-state.ts';

/** Expects a snapshot to hold exactly what the model makes of the answers that are processed in it. */
export async function expectWholeAnswers(sql: Sql, received: readonly ReceivedAnswer[]): Promise<void> {
  const { processedIds, state } = await readState(sql);
  const answers = received.map(({ model }) => model);
  const processed = answers.filter(({ rawPayloadId }) => processedIds.has(rawPayloadId));
  expect(withNumbers(state)).toEqual(withNumbers(expectedState(processed)));
}

/**
 * Expects the database to hold what the model makes of all answers, and readers to be told it: now, and as of the
 * instants before, at and after each answer.
 */
export async function expectModel(sql: Sql, received: readonly ReceivedAnswer[]): Promise<void> {
  const answers = received.map(({ model }) => model);
  const { state } = await readState(sql);
  expect(withNumbers(state)).toEqual(withNumbers(expectedState(answers)));
  const instants = answers.flatMap(({ receivedAtUs }) => [receivedAtUs - 1, receivedAtUs, receivedAtUs + 1]);
  for (const asOfUs of [null, ...instants]) {
    const seen = await readAsOf(sql, EVERYTHING, asOfUs);
    expect(asNumbers(seen)).toEqual(asNumbers(expectedAsOf(answers, asOfUs)));
  }
}

function withNumbers(state: State): State {
  return { ...state, known: asNumbers(state.known) };
}
