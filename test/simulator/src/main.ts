import { COMMAND_LINE_HELP, readCommandLine } from './command-line.ts';
import { recordedAnswers } from './recorded-answers.ts';
import { startSimulator } from './simulator.ts';

/** Starts the simulator that the command line describes, and prints its URL once it listens. */
async function run(): Promise<void> {
  const commandLine = readCommandLine(process.argv.slice(2));
  if (commandLine.help) {
    process.stdout.write(COMMAND_LINE_HELP);
    return;
  }
  const simulator = await startSimulator({
    port: commandLine.port,
    host: commandLine.host,
    seed: commandLine.seed,
    flaws: !commandLine['no-flaws'],
    provisionalHours: commandLine['provisional-hours'],
    requestsPerMinute: commandLine['requests-per-minute'],
    banMs: commandLine['ban-ms'],
    ...(commandLine.token && { tokens: commandLine.token }),
    ...(commandLine.recorded && { answers: await recordedAnswers(commandLine.recorded) }),
  });
  process.once('SIGTERM', simulator.close).once('SIGINT', simulator.close);
  process.stdout.write(`${simulator.url}\n`);
}

run().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : error}\nSee --help.\n`);
  process.exitCode = 1;
});
