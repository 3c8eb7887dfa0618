import { DashboardPasswords } from '@energy-data-service/dashboard';
import { AlreadyRunningError } from '@energy-data-service/embedded-postgres';
import {
  type CloseStep,
  closeOnSignal,
  createLogger,
  environment,
  obeyArguments,
  parseConfig,
  runCloseSteps,
} from '@energy-data-service/runtime';
import { endedAreas } from '@energy-data-service/scheduler';
import { SOURCES } from '@energy-data-service/sources';
import pretty from 'pino-pretty';
import { isSimulated, StandaloneConfig } from './config.ts';
import { waitForFirstValues } from './first-values.ts';
import { watchLauncher } from './launcher.ts';
import { startStandalone } from './start.ts';

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

const SERVICE = {
  command: 'pnpm start',
  does:
    'Runs the whole system in this process until Ctrl-C: collects, stores and serves, on an embedded PostgreSQL unless\n' +
    'DATABASE_URL names a server. Without ENTSOE_SECURITY_TOKEN all data is simulated.',
  checksSettings: false,
};

async function main(): Promise<void> {
  obeyArguments(SERVICE, [StandaloneConfig, DashboardPasswords, ...SOURCES.map(({ settings }) => settings)]);
  const env = environment();
  const [config] = parseConfig(env, StandaloneConfig);
  const terminal = pretty({
    destination: 2,
    // The job's name says what its queue and id would.
    ignore: 'service,queue,jobId,attempt,requestId',
    messageFormat: '{service}: {msg}',
    singleLine: true,
    sync: true,
  });
  const logger = (service: string) => createLogger(service, config.LOG_LEVEL, terminal);
  const closeSteps: CloseStep[] = [];
  const closing = new AbortController();
  closeOnSignal(closeSteps, {
    log: logger('standalone'),
    timeoutMs: config.SHUTDOWN_TIMEOUT_MS,
    onClosing: () => closing.abort(),
  });
  watchLauncher(() => process.kill(process.pid, 'SIGTERM'));
  try {
    const { url, dashboardUrl, databaseEnded } = await startStandalone(
      config,
      env,
      { logger, print, closing: closing.signal },
      closeSteps,
    );
    void databaseEnded.then(() => {
      if (closing.signal.aborted) return;
      logger('standalone').fatal('the embedded PostgreSQL has ended by itself; its server.log says why');
      process.exit(1);
    });
    introduce(config, url, dashboardUrl);
    if (config.COLLECT_AREAS.length === 0) return;
    const query = await waitForFirstValues(url, closing.signal);
    print(`\nThe first values are there. Try:\n\n  curl '${query}'\n`);
  } catch (err) {
    if (closing.signal.aborted) return;
    closing.abort();
    await runCloseSteps(closeSteps, logger('standalone'));
    throw err;
  }
}

/** Says what runs, in the words of a person. */
function introduce(config: StandaloneConfig, url: string, dashboardUrl: string): void {
  const areas = config.COLLECT_AREAS.map(({ code }) => code);
  if (isSimulated(config)) {
    print(
      '\nNo ENTSOE_SECURITY_TOKEN is set: all data is SIMULATED. It comes from the ENTSO-E simulator in this process,\n' +
        'is kept in a database of its own, and says nothing about the real power system.',
    );
  }
  for (const { code, validUntil } of endedAreas(config.COLLECT_AREAS)) {
    print(`\n${code} of COLLECT_AREAS does not exist since ${validUntil}: nothing new comes of it.`);
  }
  print(
    `\nEnergy Data Service is running on ${url} (the contract, to read and try: ${url}/docs)\n` +
      (areas.length === 0
        ? 'It collects nothing by itself (COLLECT_AREAS=none); ask for data with POST /v1/collect-data.'
        : `It collects ${config.COLLECT_DATASETS.map(({ id }) => id).join(', ')} of ${areas.join(', ')}.`) +
      `\nIts queues, to look at: ${dashboardUrl}` +
      '\nCtrl-C ends it; the next start continues here.',
  );
}

await main().catch((err: unknown) => {
  if (err instanceof AlreadyRunningError) {
    const where = err.info === null ? '' : ` on ${err.info.url}`;
    print(
      `Energy Data Service is already running${where} (process ${err.pid ?? 'unknown'}, data in ${err.dataDir}). Nothing was changed.`,
    );
  } else {
    process.stderr.write(`${err instanceof Error ? err.message : String(err)}\n`);
  }
  process.exit(1);
});
