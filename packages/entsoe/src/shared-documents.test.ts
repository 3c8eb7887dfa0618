import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { Observation } from '@energy-data-service/domain';
import { describe, expect, it } from 'vitest';
import { classifyAnswer } from './classify.ts';
import { ENTSOE_ITEMS } from './datasets.ts';
import { collectRequest } from './fixtures/collect-request.ts';
import { startText } from './fixtures/expand.ts';
import { parseAnswer } from './parse-answer.ts';
import { decodeUtf8 } from './utf8.ts';
import { parseXml } from './xml.ts';
import { readZip } from './zip.ts';

/** Real documents, and what every one of them says by other means; kept beside the project. */
const SHARED = new URL('../../../../shared/data/entsoe/', import.meta.url);
const present = existsSync(SHARED);
const list = (folder: string) => (present ? readdirSync(new URL(folder, SHARED)) : []);
const read = (path: string) => readFileSync(new URL(path, SHARED));

describe.skipIf(!present)(
  `documents of ../shared/data/entsoe${present ? '' : ' (not there, so skipped)'}`,
  () => {
    const summary: Record<string, { documents: number; problems?: string[] }> = present
      ? JSON.parse(read('expected/summary.json').toString())
      : {};

    it.each(list('load/'))('load/%s says exactly the expected rows, in their order', (file) => {
      const body = read(`load/${file}`);
      const item = itemOf(body.toString());
      const [, area] = /<outBiddingZone_Domain\.mRID[^>]*>([^<]+)</.exec(body.toString()) ?? [];
      const { outcome, observations, problems } = parseAnswer(collectRequest(item.dataset.id, area), body);

      expect(outcome).toBe('data');
      expect(observations.flatMap((observation) => rows(observation, item))).toEqual(expectedRows(file));
      expect(problems).toEqual(summary[`load/${file}`]?.problems ?? []);
    });

    it.each(
      list('balancing/')
        .concat(list('outages/'))
        .filter((file) => file.endsWith('.zip')),
    )('%s has as many entries as expected, all of them sound', (file) => {
      const path = list('balancing/').includes(file) ? `balancing/${file}` : `outages/${file}`;
      const roots = [...readZip(read(path))].map(({ bytes }) => parseXml(decodeUtf8(bytes)).name);
      expect(roots).toHaveLength(summary[path]?.documents ?? 0);
      expect(new Set(roots).size).toBe(1);
    });

    it.each(list('ack/'))('ack/%s means what its name says', (file) => {
      const [pattern, status, expected] =
        MEANINGS.find(([name]) => name.test(file)) ?? expect.fail(`no meaning is known for ${file}`);
      const now = Temporal.Instant.from('2026-09-01T00:00Z');
      const verdict = classifyAnswer({ status, retryAfter: null, body: read(`ack/${file}`) }, now);
      expect(verdict, String(pattern)).toMatchObject(expected);
    });
  },
);

const MEANINGS: readonly (readonly [RegExp, number, object])[] = [
  [/no-(?:matching-)?data/, 200, { kind: 'no-data' }],
  [/authentication-failed|unauthorized/, 401, { kind: 'unauthorized' }],
  [/bad-request/, 400, { kind: 'bad-request', reason: 'Bad request message from API' }],
  [/longer-than-p1m/, 400, { kind: 'too-large', maxDays: 28 }],
  [/longer-than-p1y/, 400, { kind: 'too-large', maxDays: 365 }],
  [/too-many-requests/, 429, { kind: 'banned', until: Temporal.Instant.from('2026-09-01T00:10Z') }],
];

/** The item that a document answers; one without process type could be any of its document type. */
function itemOf(document: string) {
  const [, documentType] = /<type>(\w+)<\/type>/.exec(document) ?? [];
  const [, processType = 'A16'] = /<process\.processType>(\w+)</.exec(document) ?? [];
  const item = ENTSOE_ITEMS.find(
    (one) => one.documentType === documentType && one.processType === processType,
  );
  return item ?? expect.fail(`no item has the types ${documentType}, ${processType}`);
}

/** Rows of an observation, with the names of the expected columns. */
function rows(observation: Observation, { documentType, processType }: ReturnType<typeof itemOf>) {
  const { key, place, curveType, block } = observation;
  return block.values.map((value, step) => ({
    document_index: String(place.document),
    series_index: String(place.series),
    period_index: String(place.period),
    type: documentType,
    process_type: processType,
    business_type: key.businessType ?? '',
    out_domain: key.area,
    in_domain: key.counterArea ?? '',
    psr_type: key.psrType ?? '',
    unit_eic: key.unitEic ?? '',
    direction: key.direction ?? '',
    contract_type: key.contractType ?? '',
    sequence: key.sequence ?? '',
    currency: key.currency ?? '',
    unit: key.unit ?? '',
    curve_type: curveType ?? '',
    resolution: key.resolution,
    quantity: key.quantity,
    timestamp: startText(observation, step),
    value: value ?? '',
  }));
}

const OTHER_COLUMNS = new Set(
  [
    'doc_status area_domain registered_resource market_product price_category auction auction_type',
    'auction_category decided_at percentile bid reason',
  ].flatMap((names) => names.split(' ')),
);

/** Rows of an expected table. The columns of other families of documents are empty in all of them. */
function expectedRows(file: string): Record<string, string>[] {
  const table = gunzipSync(read(`expected/load/${file}.csv.gz`))
    .toString()
    .trimEnd();
  const [names = [], ...lines] = table.split('\n').map((line) => line.split(','));
  return lines.map((values) => {
    const {
      file: name,
      root,
      ...columns
    } = Object.fromEntries(names.map((column, i) => [column, values[i] ?? '']));
    expect([name, root]).toEqual([`load/${file}`, 'GL_MarketDocument']);
    return Object.fromEntries(
      Object.entries(columns).filter(([column, value]) => !(OTHER_COLUMNS.has(column) && value === '')),
    );
  });
}
