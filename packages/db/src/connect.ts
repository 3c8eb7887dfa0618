import { connect as openSocket } from 'node:net';
import postgres from 'postgres';

/** A pool of connections; instants travel as Temporal.Instant, identifiers as numbers, decimals as text. */
export type Sql = postgres.Sql<{ instant: Temporal.Instant; id: number }>;
/** One connection inside a transaction. */
export type Transaction = postgres.TransactionSql<{ instant: Temporal.Instant; id: number }>;

interface ConnectOptions {
  readonly max?: number;
  readonly statementTimeoutMs?: number;
  readonly findPort?: () => Promise<number>;
}

/**
 * Opens a pool on a PostgreSQL (15 or later) or TimescaleDB server. Connections are made when first needed.
 *
 * @param max - connections at most; a statement waits until one is free
 * @param statementTimeoutMs - after which the server ends a statement; by default it never does
 * @param findPort - is asked before each connection, for a server that may listen elsewhere after a restart; never rejects, as
 *   the driver would lose the connection's place in the pool
 */
export function connect(
  url: string,
  { max = 10, statementTimeoutMs = 0, findPort }: ConnectOptions = {},
): Sql {
  return postgres(url, {
    max,
    connect_timeout: 5,
    // Seconds: a server that comes back is found within two.
    backoff: (retries) => Math.min(retries * 0.1, 2),
    // Notices of `if not exists` statements are no news.
    onnotice: () => {},
    // Handed over before it is connected: the driver treats its failure as that of a socket of its own.
    ...(findPort && {
      socket: async ({ host: [host] }: { host: [string] }) => openSocket(await findPort(), host),
    }),
    connection: {
      application_name: 'energy-data-service',
      TimeZone: 'UTC',
      // Only where it is wanted: the server's own setting counts elsewhere.
      ...(statementTimeoutMs > 0 && { statement_timeout: statementTimeoutMs }),
    },
    types: {
      instant: {
        to: 1184,
        from: [1184],
        serialize: (instant: Temporal.Instant) => instant.toString(),
        parse: (text: string) => Temporal.Instant.from(text),
      },
      // Identity columns stay far below 2^53.
      id: { to: 20, from: [20], serialize: String, parse: Number },
    },
  }) as Sql;
}

/** Seconds that statements still get when a pool is ended. */
const END_WITHIN_SECONDS = 5;

/**
 * Ends pools. A connection that was lost at the wrong moment would be waited for without end otherwise (postgres.js
 * 3.4.9, seen after restarts of the server).
 */
export async function disconnect(...pools: readonly Sql[]): Promise<void> {
  await Promise.all(pools.map((sql) => sql.end({ timeout: END_WITHIN_SECONDS })));
}
