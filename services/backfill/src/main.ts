import { disconnect } from '@energy-data-service/db';
import { loadConfig } from '@energy-data-service/runtime';
import { allDatasets, budgetsOf, SOURCES } from '@energy-data-service/sources';
import { readCommandLine } from './command-line.ts';
import { BackfillConfig } from './config.ts';
import { control } from './control.ts';
import type { Ending } from './ending.ts';
import { openDatabase } from './open-database.ts';
import { runCommand } from './run-command.ts';
import { start } from './start.ts';
import { createTerminal } from './terminal.ts';
import { untilSignal } from './until-signal.ts';

async function run(): Promise<Ending> {
  const command = readCommandLine(process.argv.slice(2), allDatasets(SOURCES));
  const terminal = createTerminal(process.stdout);
  if (command.kind === 'help') {
    terminal.print(command.text);
    return 'succeeded';
  }
  const [config, budgets] = loadConfig(BackfillConfig, budgetsOf(SOURCES));
  const sql = await openDatabase(config, createTerminal(process.stderr));
  const surroundings = { sql, sources: [...budgets.keys()], terminal, wait: untilSignal() };
  try {
    return command.kind === 'start'
      ? await start(command, budgets, surroundings)
      : await control(command.kind, command.id, surroundings);
  } finally {
    await disconnect(sql);
  }
}

await runCommand(run);
