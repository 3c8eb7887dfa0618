import { open } from 'node:fs/promises';
import { closeOnSignal, createLogger, DatabaseUrl, parseConfig } from '@energy-data-service/runtime';
import { z } from 'zod';
import { BENCHMARK_CASES } from './benchmark-cases.ts';
import { COMMAND_LINE_HELP, chooseCases, readCommandLine } from './command-line.ts';
import { benchDatabaseServer } from './database-server.ts';
import { resultTable } from './result-table.ts';
import { runCases } from './run-cases.ts';

/** A large database takes its time to stop. */
const SHUTDOWN_TIMEOUT_MS = 60_000;

const Environment = z.object({ BENCH_DATABASE_URL: DatabaseUrl.optional() });

/** Runs the cases that the command line names, and prints what they found. */
async function run(): Promise<void> {
  const commandLine = readCommandLine(process.argv.slice(2));
  if (commandLine.help) {
    process.stdout.write(
      COMMAND_LINE_HELP.replace('CASES', BENCHMARK_CASES.map(({ name }) => name).join(', ')),
    );
    return;
  }
  const cases = chooseCases(BENCHMARK_CASES, commandLine);
  const [{ BENCH_DATABASE_URL }] = parseConfig(process.env, Environment);
  // Before hours of work: it may not be writable.
  await using file = commandLine.json === undefined ? undefined : await open(commandLine.json, 'w');
  const databases = benchDatabaseServer(BENCH_DATABASE_URL);
  closeOnSignal([['database server', databases.stop]], {
    log: createLogger('benchmark', 'warn', process.stderr),
    timeoutMs: SHUTDOWN_TIMEOUT_MS,
  });
  try {
    const { results, failed } = await runCases(cases, {
      databases,
      scale: {
        smallPoints: commandLine['small-points'],
        largePoints: commandLine['large-points'],
      },
      progress: (line) => process.stderr.write(`${line}\n`),
    });
    process.stdout.write(resultTable(results));
    await file?.writeFile(`${JSON.stringify(results, null, 2)}\n`);
    if (failed.length > 0) process.exitCode = 1;
  } finally {
    await databases.stop();
  }
}

run().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : error}\nSee --help.\n`);
  process.exitCode = 1;
});
