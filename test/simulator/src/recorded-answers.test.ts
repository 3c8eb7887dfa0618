import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AnswerSource } from './answer.ts';
import { ask, CZ, conditionsAt, DE_LU, reasonOf } from './reading.fixture.ts';
import { recordedAnswers } from './recorded-answers.ts';
import { startSimulator } from './simulator.ts';

const NOW = conditionsAt('2026-05-07T12:00:00Z');

interface DocumentFacts {
  readonly area?: string;
  readonly from: string;
  readonly to: string;
  readonly createdAt: string;
}

function document({ area = CZ, from, to, createdAt }: DocumentFacts): string {
  return `<GL_MarketDocument><type>A65</type><process.processType>A16</process.processType>
<createdDateTime>${createdAt}</createdDateTime>
<time_Period.timeInterval><start>${from}</start><end>${to}</end></time_Period.timeInterval>
<TimeSeries><outBiddingZone_Domain.mRID codingScheme="A01">${area}</outBiddingZone_Domain.mRID></TimeSeries>
</GL_MarketDocument>`;
}

describe('a folder of recorded documents', () => {
  let folder: string;
  let source: AnswerSource;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'recorded-'));
    await mkdir(join(folder, 'load'));
    const files: Record<string, string> = {
      'load/exact.xml': document({
        from: '2024-01-01T00:00Z',
        to: '2024-01-03T00:00Z',
        createdAt: '2026-01-01T00:00:00Z',
      }),
      'load/newer.xml': document({
        from: '2024-01-01T00:00Z',
        to: '2024-02-01T00:00Z',
        createdAt: '2026-03-01T00:00:00Z',
      }),
      'load/older.xml': document({
        from: '2023-12-01T00:00Z',
        to: '2024-02-01T00:00Z',
        createdAt: '2026-02-01T00:00:00Z',
      }),
      'load/other-area.xml': document({
        area: DE_LU,
        from: '2024-01-01T00:00Z',
        to: '2024-02-01T00:00Z',
        createdAt: '2026-04-01T00:00:00Z',
      }),
      'unavailable.xml': '<Acknowledgement_MarketDocument>recorded</Acknowledgement_MarketDocument>',
      'requests.json': JSON.stringify({
        'unavailable.xml': {
          status: 400,
          request: `/api?periodEnd=202303020000&outBiddingZone_Domain=${CZ}&processType=A16&periodStart=202303010000&documentType=A65`,
          contentDisposition: 'inline; filename="acknowledgement.xml"',
        },
      }),
    };
    for (const [path, text] of Object.entries(files)) await writeFile(join(folder, path), text);
    source = await recordedAnswers(folder);
  });

  afterAll(() => rm(folder, { recursive: true }));

  it('answers a recorded request with its body, status and file name, however its period is spelled', () => {
    const recorded = ask(source, ['actual-total-load', CZ, '2023-03-01T00:00Z', '2023-03-02T00:00Z'], NOW);
    expect({ ...recorded, body: Buffer.from(recorded.body).toString() }).toEqual({
      status: 400,
      contentType: 'text/xml',
      contentDisposition: 'inline; filename="acknowledgement.xml"',
      body: '<Acknowledgement_MarketDocument>recorded</Acknowledgement_MarketDocument>',
    });
    const spelled = new Map(
      Object.entries({
        documenttype: 'A65',
        processtype: 'A16',
        outbiddingzone_domain: CZ,
        timeinterval: '2023-03-01T00:00Z/2023-03-02T00:00Z',
      }),
    );
    expect(source.answer(spelled, NOW)).toEqual(recorded);
  });

  it.each([
    [
      'whose interval is the window, before newer ones',
      '2024-01-01T00:00Z',
      '2024-01-03T00:00Z',
      'exact.xml',
    ],
    [
      'created last, among those that overlap the window',
      '2024-01-02T00:00Z',
      '2024-01-03T00:00Z',
      'newer.xml',
    ],
    ['that overlaps the window at all', '2023-12-01T00:00Z', '2023-12-02T00:00Z', 'older.xml'],
  ])('answers another request with the document %s', (_rule, from, to, file) => {
    const answer = ask(source, ['actual-total-load', CZ, from, to], NOW);
    expect(answer.status).toBe(200);
    expect(answer.contentDisposition).toBe(`inline; filename="${file}"`);
  });

  it('says that nothing matches when a document only touches the window', () => {
    const answer = ask(source, ['actual-total-load', CZ, '2024-02-01T00:00Z', '2024-02-02T00:00Z'], NOW);
    expect(reasonOf(answer.body)).toBe(
      `No matching data found for Data item ACTUAL_TOTAL_LOAD_R3 [6.1.A] (${CZ}) and interval 2024-02-01T00:00:00Z/2024-02-02T00:00:00Z.`,
    );
  });

  it('says that nothing matches another item or area', () => {
    for (const request of [
      ['day-ahead-total-load-forecast', CZ, '2024-01-01T00:00Z', '2024-01-03T00:00Z'],
      ['actual-total-load', '10YNL----------L', '2024-01-01T00:00Z', '2024-01-03T00:00Z'],
    ] as const) {
      expect(reasonOf(ask(source, [...request], NOW).body)).toMatch(/^No matching data found/);
    }
  });

  it('refuses a window of a load item that is longer than allowed, recorded or not', () => {
    const conditions = { ...NOW, maxPeriod: () => 'P1D' };
    expect(() =>
      ask(source, ['actual-total-load', CZ, '2024-01-01T00:00Z', '2024-01-03T00:00Z'], conditions),
    ).toThrow("larger than maximum allowed period 'P1D'");
  });

  it('does not start when requests.json names a file that is not there', async () => {
    const broken = await mkdtemp(join(tmpdir(), 'recorded-'));
    await writeFile(
      join(broken, 'requests.json'),
      '{"gone.xml":{"status":200,"request":"/api?documentType=A65"}}',
    );
    await expect(recordedAnswers(broken)).rejects.toThrow('gone.xml');
    await rm(broken, { recursive: true });
  });
});

const RECORDED = join(import.meta.dirname, '../../../../shared/data/entsoe');

interface Exchange {
  readonly status: number;
  readonly request: string;
  readonly contentDisposition?: string;
}

describe.skipIf(!existsSync(RECORDED))(
  'the shared recorded documents (skipped where ../shared is absent)',
  () => {
    it('are each answered to their request byte for byte, with status and file name', async () => {
      const exchanges: Record<string, Exchange> = JSON.parse(
        await readFile(join(RECORDED, 'requests.json'), 'utf8'),
      );
      await using stack = new AsyncDisposableStack();
      const simulator = stack.adopt(
        await startSimulator({ answers: await recordedAnswers(RECORDED) }),
        ({ close }) => close(),
      );
      expect(Object.keys(exchanges).length).toBeGreaterThan(40);
      for (const [path, { status, request, contentDisposition }] of Object.entries(exchanges)) {
        const response = await fetch(new URL(request, simulator.url), {
          headers: { SECURITY_TOKEN: 'token' },
        });
        const body = Buffer.from(await response.arrayBuffer());
        expect([path, response.status, response.headers.get('content-disposition')]).toEqual([
          path,
          status,
          contentDisposition ?? null,
        ]);
        expect(body.equals(await readFile(join(RECORDED, path))), path).toBe(true);
      }
    });

    it('are found by what they say: the day-ahead forecast of a year, and the documents of a ZIP', async () => {
      const source = await recordedAnswers(RECORDED);
      const year = ask(
        source,
        ['day-ahead-total-load-forecast', CZ, '2016-01-10T00:00Z', '2016-01-11T00:00Z'],
        NOW,
      );
      expect(year.contentDisposition).toBe(
        'inline; filename="a65-a01-cz-2016-full-year-pt60m-one-series-per-day.xml"',
      );
      const financial = source.answer(
        new Map(
          Object.entries({
            documenttype: 'A87',
            controlarea_domain: CZ,
            periodstart: '201603010000',
            periodend: '201604010000',
          }),
        ),
        NOW,
      );
      expect(financial.contentDisposition).toMatch(/a87-financial-cz-2016-p1m\.(zip|xml)"$/);
    });
  },
);
