import type { BenchmarkCase, Environment } from '../benchmark-case.ts';
import { compare } from '../comparison.ts';
import { drainValues, valuesUrl } from '../http-read.ts';
import { decimalText, loadHundredths, randomNumbers } from '../load-values.ts';
import {
  businessTypeOf,
  FIRST_START,
  MANY_POINTS_AREA,
  SERIES_YEARS,
  storeManyPoints,
} from '../many-points.ts';
import { atMost, toResult } from '../result.ts';
import { loadRequest, type SeriesLoad } from '../series-load.ts';
import { startApiProcess } from '../served-years.ts';
import { type ReceivedLoad, receiveLoads, storeLoads } from '../stored-loads.ts';

const ROUNDS = 25;
const QUARTER_HOURS_OF_MONTH = 30 * 96;
const MONTHS = Math.floor((SERIES_YEARS * 365) / 30);

/**
 * Time of reading a month of one series over HTTP, and of storing a month in which every value is another than
 * before, where many points are stored ÷ where few are. Series and month are random each time.
 */
export const scale: BenchmarkCase = {
  name: 'scale',
  expensive: true,
  async run(environment) {
    const { smallPoints, largePoints } = environment.scale;
    await using small = await startStore(environment, smallPoints);
    await using large = await startStore(environment, largePoints);
    const read = await compare({
      reference: { work: small.readMonth },
      ours: { work: large.readMonth },
      rounds: ROUNDS,
    });
    const upsert = await compare({
      reference: { prepare: small.receiveMonth, work: small.storeMonth },
      ours: { prepare: large.receiveMonth, work: large.storeMonth },
      rounds: ROUNDS,
    });
    return [
      toResult({
        name: 'scale',
        unit: 'ms',
        value: read.oursMs,
        reference: read.referenceMs,
        target: atMost(1.5),
      }),
      toResult({
        name: 'scale-upsert',
        unit: 'ms',
        value: upsert.oursMs,
        reference: upsert.referenceMs,
        target: atMost(1.5),
      }),
    ];
  },
};

/** A database with so many points, behind an API. */
async function startStore({ databases, progress }: Environment, points: number) {
  await using resources = new AsyncDisposableStack();
  const database = resources.use(await databases.createDatabase());
  const sql = database.connect(1);
  const seriesCount = await storeManyPoints(sql, points, progress);
  const api = resources.use(await startApiProcess(database.url));
  const random = randomNumbers(1);
  let received: ReceivedLoad[] = [];
  const owned = resources.move();

  /** Other values of a random month of a random series. */
  function randomMonth(): SeriesLoad & { readonly seriesId: number } {
    const seriesId = 1 + Math.floor(random() * seriesCount);
    const start = FIRST_START.add({ hours: 24 * 30 * Math.floor(random() * MONTHS) });
    return {
      seriesId,
      request: loadRequest(MANY_POINTS_AREA, QUARTER_HOURS_OF_MONTH, start),
      businessType: businessTypeOf(seriesId),
      values: loadHundredths(QUARTER_HOURS_OF_MONTH, Math.floor(random() * 2 ** 31)).map((hundredths) =>
        decimalText(hundredths + 1_000_000),
      ),
    };
  }

  return {
    async readMonth() {
      const { request, seriesId } = randomMonth();
      const url = `${valuesUrl(api.url, request, 'json')}&series_id=${seriesId}`;
      await drainValues(url, QUARTER_HOURS_OF_MONTH);
    },
    async receiveMonth() {
      received = await receiveLoads(sql, [randomMonth()]);
      await sql`checkpoint`;
    },
    storeMonth: () => storeLoads(sql, received, 'revised'),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
