import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { z } from 'zod';
import { freePort } from './free-port.ts';
import { type ServiceProcess, startServiceProcess } from './service-process.ts';

const WAIT = { timeout: 60_000, interval: 50 };

/** Starts it as a newcomer does: without a token, so that the data is simulated. */
function startStandalone(dataDir: string, areas: string, port = 0): ServiceProcess {
  return startServiceProcess('standalone', {
    PATH: process.env.PATH,
    DATA_DIR: dataDir,
    PORT: String(port),
    COLLECT_AREAS: areas,
    COLLECT_DATASETS: 'actual-total-load',
  });
}

/** Where the API listens, as the service tells the person at the terminal. */
async function apiUrl({ output }: ServiceProcess): Promise<string> {
  return vi.waitFor(() => {
    const url = /running on (\S+)/.exec(output.join('\n'))?.[1];
    if (url === undefined) throw new Error(`it does not listen yet:\n${output.join('\n')}`);
    return url;
  }, WAIT);
}

const Values = z.object({ series: z.array(z.object({ values: z.array(z.number().nullable()) })) });

/** The load of Czechia on a day (UTC). */
async function readDay(url: string, day: Temporal.PlainDate): Promise<(number | null)[]> {
  const query = `area_code=CZ&start_time=${day}&end_time=${day.add({ days: 1 })}`;
  const response = await fetch(`${url}/v1/datasets/actual-total-load/values?${query}`);
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
  return Values.parse(await response.json()).series.flatMap(({ values }) => values);
}

/** Ends it as Ctrl-C does. */
async function end(standalone: ServiceProcess): Promise<void> {
  standalone.signal('SIGTERM');
  expect(await standalone.ended).toEqual({ code: 0, signal: null });
  expect(standalone.output.filter((line) => /ERROR|FATAL/.test(line))).toEqual([]);
}

it('the standalone service serves values, ends in order, and has them still at the next start', async () => {
  await using scope = new AsyncDisposableStack();
  const dataDir = await mkdtemp(join(tmpdir(), 'standalone-'));
  scope.defer(() => rm(dataDir, { recursive: true, force: true }));

  const first = startStandalone(dataDir, 'CZ');
  scope.defer(() => gone(first));
  const url = await apiUrl(first);
  // Its values have long been final.
  const day = Temporal.Now.plainDateISO('UTC').subtract({ days: 2 });
  const values = await vi.waitFor(async () => {
    const served = await readDay(url, day);
    expect(served.length).toBeGreaterThan(0);
    return served;
  }, WAIT);
  const status = await fetch(`${url}/v1/status`);
  expect(await status.json()).toMatchObject({ simulated: true });
  await end(first);

  // Asks for nothing by itself: what it serves was there.
  const second = startStandalone(dataDir, 'none');
  scope.defer(() => gone(second));
  expect(await readDay(await apiUrl(second), day)).toEqual(values);
  await end(second);
}, 180_000);

it('the standalone service is ready once all of it has started, and then stays so', async () => {
  await using scope = new AsyncDisposableStack();
  const dataDir = await mkdtemp(join(tmpdir(), 'standalone-'));
  scope.defer(() => rm(dataDir, { recursive: true, force: true }));
  const port = await freePort();
  const standalone = startStandalone(dataDir, 'CZ', port);
  scope.defer(() => gone(standalone));
  const tooLate = AbortSignal.timeout(WAIT.timeout);
  const hasValues = () => standalone.output.some((line) => line.includes('The first values are there'));
  // Asked again at once, from before it listens.
  const heard: (number | 'nothing')[] = [];
  while (!hasValues() && !tooLate.aborted) {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).then(
      async (response) => {
        await response.text();
        return response.status;
      },
      () => 'nothing' as const,
    );
    if (heard.at(-1) !== answer) heard.push(answer);
  }
  expect(heard).toEqual(['nothing', 503, 200]);
  await end(standalone);
}, 120_000);

async function gone(standalone: ServiceProcess): Promise<void> {
  standalone.signal('SIGKILL');
  await standalone.ended;
}
