import { disconnect } from '@energy-data-service/db';
import { loadConfig } from '@energy-data-service/runtime';
import { allDatasets, budgetsOf, SOURCES } from '@energy-data-service/sources';
import { createStatusReader, toStatusBody } from '@energy-data-service/status';
import { BackfillConfig } from './config.ts';
import type { Ending } from './ending.ts';
import { openDatabase } from './open-database.ts';
import { runCommand } from './run-command.ts';
import { readStatusCommandLine } from './status-command-line.ts';
import { describeStatus } from './status-text.ts';
import { createTerminal } from './terminal.ts';

async function run(): Promise<Ending> {
  const command = readStatusCommandLine(process.argv.slice(2));
  const terminal = createTerminal(process.stdout);
  if (command.kind === 'help') {
    terminal.print(command.text);
    return 'succeeded';
  }
  const [config, budgets] = loadConfig(BackfillConfig, budgetsOf(SOURCES));
  const sql = await openDatabase(config, createTerminal(process.stderr));
  try {
    const status = await createStatusReader(sql, allDatasets(SOURCES), budgets)();
    terminal.print(
      ...(command.asJson
        ? [JSON.stringify(toStatusBody(status), null, 2)]
        : describeStatus(status, command.all)),
    );
    return status.problems.length === 0 ? 'succeeded' : 'failed';
  } finally {
    await disconnect(sql);
  }
}

await runCommand(run);
