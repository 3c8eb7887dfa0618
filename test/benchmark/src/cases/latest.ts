import { Pool } from 'undici';
import type { BenchmarkCase } from '../benchmark-case.ts';
import { compare } from '../comparison.ts';
import { atLeast, toResult } from '../result.ts';
import { seriesYears } from '../series-load.ts';
import { serveYears } from '../served-years.ts';
import { startServerProcess } from '../server-process.ts';

const BARE_ROUTE_PROGRAM = new URL('../bare-route-program.ts', import.meta.url);
const CONNECTIONS = 16;
const REQUESTS = 2_000;
const ROUNDS = 7;

/** Requests that one client with sixteen connections gets answered per second. */
export const latest: BenchmarkCase = {
  name: 'latest',
  async run(environment) {
    await using served = await serveYears(environment);
    await using bare = await startServerProcess(BARE_ROUTE_PROGRAM, []);
    const [first] = seriesYears(1);
    if (first === undefined) throw new Error('no series-year');
    const path = `/v1/datasets/${first.request.dataset}/latest?area_code=${first.request.area}`;
    await using bareClient = clientOf(bare.url, '/');
    await using client = clientOf(served.api.url, path);
    const { oursMs, referenceMs } = await compare({
      reference: { work: bareClient.sendAll },
      ours: { work: client.sendAll },
      rounds: ROUNDS,
    });
    return [
      toResult({
        name: 'latest',
        unit: 'requests/s',
        value: (REQUESTS / oursMs) * 1_000,
        reference: (REQUESTS / referenceMs) * 1_000,
        target: atLeast(0.3),
      }),
    ];
  },
};

function clientOf(url: string, path: string) {
  const pool = new Pool(url, { connections: CONNECTIONS });
  return {
    async sendAll() {
      let left = REQUESTS;
      await Promise.all(
        Array.from({ length: CONNECTIONS }, async () => {
          while (left-- > 0) {
            const { statusCode, body } = await pool.request({ method: 'GET', path });
            const text = await body.text();
            if (statusCode !== 200) throw new Error(`status ${statusCode}: ${text}`);
          }
        }),
      );
    },
    [Symbol.asyncDispose]: () => pool.close(),
  };
}
