/**
 * The health check of a container: asks this machine's `MONITORING_PORT` whether the service is ready. Exits with 0 if
 * so; else with 1, and the answer on standard error.
 *
 *     node packages/runtime/src/health-check.ts
 */
const TIMEOUT_MS = 4_000;

try {
  const url = `http://127.0.0.1:${process.env.MONITORING_PORT}/readyz`;
  const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!response.ok) fail(await response.text());
} catch (error) {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  fail(cause instanceof Error ? cause.message : String(cause));
}

function fail(reason: string): void {
  process.stderr.write(`${reason}\n`);
  process.exitCode = 1;
}
