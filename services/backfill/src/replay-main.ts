import { disconnect } from '@energy-data-service/db';
import { loadConfig } from '@energy-data-service/runtime';
import { allDatasets, SOURCES } from '@energy-data-service/sources';
import { BackfillConfig } from './config.ts';
import type { Ending } from './ending.ts';
import { openDatabase } from './open-database.ts';
import { rebuild } from './rebuild.ts';
import { replay } from './replay.ts';
import { readReplayCommandLine } from './replay-command-line.ts';
import { runCommand } from './run-command.ts';
import { createTerminal } from './terminal.ts';
import { stopSignal, untilSignal } from './until-signal.ts';

async function run(): Promise<Ending> {
  const command = readReplayCommandLine(process.argv.slice(2), allDatasets(SOURCES));
  const terminal = createTerminal(process.stdout);
  if (command.kind === 'help') {
    terminal.print(command.text);
    return 'succeeded';
  }
  const [config] = loadConfig(BackfillConfig);
  const sql = await openDatabase(config, createTerminal(process.stderr));
  try {
    return command.kind === 'processed'
      ? await rebuild(command, { sql, sources: SOURCES, terminal, signal: stopSignal() })
      : await replay(command, { sql, terminal, wait: untilSignal() });
  } finally {
    await disconnect(sql);
  }
}

await runCommand(run);
