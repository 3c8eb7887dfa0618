import type { Sql } from '../connect.ts';
import type { RawPayload } from '../raw-payload.ts';
import { answerOf, receive } from './answers.ts';
import type { Delivery } from './deliveries.ts';
import type { ModelAnswer } from './model.ts';

/** A delivery once its answer is stored: as the processor knows it, and as the model does. */
export interface ReceivedAnswer {
  readonly payload: RawPayload;
  readonly model: ModelAnswer;
}

/** Stores each delivery when it is first asked for, and then knows it. */
export function createReceiver(sql: Sql, deliveries: readonly Delivery[]) {
  const received = new Map<number, Promise<ReceivedAnswer>>();

  function receiveOnce(index: number): Promise<ReceivedAnswer> {
    const delivery = deliveries[index];
    if (delivery === undefined) throw new RangeError(`delivery ${index} of ${deliveries.length}`);
    const answer = received.get(index) ?? store(sql, delivery);
    received.set(index, answer);
    return answer;
  }

  return {
    receive: receiveOnce,

    /** Stores what has not been asked for, in the order of receipt. */
    async receiveAll(): Promise<void> {
      for (const index of deliveries.keys()) await receiveOnce(index);
    },

    /** All that have been stored. */
    received: () => Promise.all(received.values()),
  };
}

async function store(sql: Sql, { request, observations, receivedAt }: Delivery): Promise<ReceivedAnswer> {
  const { answer, parsed } = answerOf(...observations);
  const payload = await receive(sql, answer, { at: receivedAt, request });
  const receivedAtUs = Number(receivedAt.epochNanoseconds / 1000n);
  return { payload, model: { rawPayloadId: payload.id, receivedAtUs, request, parsed } };
}

/** Forgets every answer, and all that was made of them. */
export async function forgetAnswers(sql: Sql): Promise<void> {
  await sql`
    truncate series, raw_payload, observation, point, point_revision, coverage, collection_window
    restart identity cascade`;
}
