import type { Sql } from './connect.ts';

/** A source counts the requests of so long, wherever it begins. */
const MINUTE_MS = 60_000;

/** From taking a slot until its request has ended: the client of no source waits for longer than five minutes. */
const LONGEST_REQUEST_MS = 6 * 60_000;

/** The rest of that is as long as a request may take: a slot that comes later, from a database that stood still, is no good. */
const LONGEST_TAKE_MS = 30_000;

/** A slot that seems to be held for longer was taken before the server's clock was set back: it is free. */
export const LONGEST_HELD_MS = LONGEST_REQUEST_MS + MINUTE_MS;

export type RequestSlotRepository = ReturnType<typeof createRequestSlotRepository>;

/** A request that may be sent. */
export interface RequestSlot {
  readonly source: string;
  readonly number: number;
  readonly uses: number;
}

/**
 * The requests that a source may see in any minute, of all collectors together. Whenever it counts a request, between
 * its sending and its answer: a slot is taken from before the one until a minute after the other.
 */
export function createRequestSlotRepository(sql: Sql) {
  /** The row that others take at this moment is passed over, and looked at once more if they have changed it. */
  async function takeFree(source: string, slots: number, spare: number): Promise<RequestSlot | null> {
    const isFree = sql`(
      source = ${source} and number <= ${slots} and (
        free_at <= clock_timestamp()
        or free_at > clock_timestamp() + ${LONGEST_HELD_MS} * interval '1 millisecond'
      )
    )`;
    const [slot = null] = await sql<RequestSlot[]>`
      update request_slot
      set uses = uses + 1, free_at = clock_timestamp() + ${LONGEST_HELD_MS} * interval '1 millisecond'
      where source = ${source} and number = (
        select number from request_slot
        where ${isFree} and (select count(*) from request_slot where ${isFree}) > ${spare}
        order by number
        limit 1
        for update skip locked
      )
      returning source, number, uses`;
    return slot;
  }

  /** @returns whether any was missing: the source is new, or its budget was raised */
  async function addMissing(source: string, slots: number): Promise<boolean> {
    const { count } = await sql`
      insert into request_slot (source, number)
      select ${source}, number from generate_series(1, ${slots}::integer) as number
      on conflict do nothing`;
    return count > 0;
  }

  async function end({ source, number, uses }: RequestSlot): Promise<void> {
    await sql`
      update request_slot set free_at = clock_timestamp() + ${MINUTE_MS} * interval '1 millisecond'
      where source = ${source} and number = ${number} and uses = ${uses}`;
  }

  return {
    /**
     * Takes a slot for a request that is sent at once.
     *
     * @param slots - what the source may see in a minute
     * @param spare - how many stay free for others, as far as nobody else takes one at this moment
     * @returns null if none is free
     */
    async take(source: string, slots: number, spare = 0): Promise<RequestSlot | null> {
      const calledAt = performance.now();
      let slot = await takeFree(source, slots, spare);
      if (slot === null && (await addMissing(source, slots))) slot = await takeFree(source, slots, spare);
      if (slot === null || performance.now() - calledAt < LONGEST_TAKE_MS) return slot;
      await end(slot);
      return null;
    },

    /** Frees a slot in a minute from now, when its request has been answered. Nothing happens if another has it by now. */
    end,
  };
}
