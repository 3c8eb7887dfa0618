import { isDatabaseAway } from '@energy-data-service/db';
import type { Ending } from './ending.ts';
import { UnreadyDatabaseError } from './unready-database-error.ts';
import { UsageError } from './usage-error.ts';

/** 128 and the number of SIGINT, as shells have it. */
const INTERRUPTED = 130;

/** 128 and the number of SIGPIPE, which ends other programs then. */
const READER_GONE = 141;

const EXIT_CODES = { succeeded: 0, failed: 1, left: INTERRUPTED } as const satisfies Record<Ending, number>;

/**
 * Runs a command to its end and ends the process with its exit code: 0 when all is well, 1 when windows or answers have failed or
 * something broke, 2 when the command line makes no sense, 130 when it was interrupted, 141 when
 * nobody reads its output any more.
 */
export async function runCommand(work: () => Promise<Ending>): Promise<void> {
  for (const output of [process.stdout, process.stderr]) output.on('error', endUnread);
  try {
    process.exitCode = EXIT_CODES[await work()];
  } catch (error) {
    process.exitCode = error instanceof UsageError ? 2 : 1;
    process.stderr.write(`${describe(error)}\n`);
  }
  // A pool that is ended while statements wait for a connection leaves some open (postgres.js 3.4.9), and this process
  // with them. What was written before goes out first.
  process.stdout.write('', (error) => (error ? endUnread(error) : process.exit()));
}

/** Ends the process without a word when whoever read its output has gone, as `head` does: nothing is wrong then. */
function endUnread(error: NodeJS.ErrnoException): never {
  if (error.code !== 'EPIPE') throw error;
  process.exit(READER_GONE);
}

/** Words for a person where the failure is expected, the stack where it is not. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const isExpected =
    error instanceof UsageError || error instanceof UnreadyDatabaseError || isDatabaseAway(error);
  return isExpected ? error.message : (error.stack ?? error.message);
}
