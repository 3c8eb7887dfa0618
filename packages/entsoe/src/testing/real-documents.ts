import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { isZip } from '../zip.ts';
import { type SampleDocument, sampleDocument } from './sample-document.ts';

/** Real answers of the platform, kept beside the project. */
const SHARED = new URL('../../../../../shared/data/entsoe/', import.meta.url);

const FAMILIES = ['ack', 'balancing', 'generation', 'load', 'other', 'outages', 'price', 'transmission'];

/** Real answers; none if they are not there. */
export function realDocuments(): SampleDocument[] {
  if (!existsSync(SHARED)) return [];
  return FAMILIES.flatMap((family) =>
    readdirSync(new URL(`${family}/`, SHARED)).map((file) => {
      const body = readFileSync(new URL(`${family}/${file}`, SHARED));
      return sampleDocument(`${family}/${file}`, body);
    }),
  );
}

const KEPT_POINTS = 12;
const KEPT_SERIES = 5;

/**
 * The document without most of what is more of the same in it, so that thousands of its variants can be read:
 * some TimeSeries, and of each Period the first Points. Others than XML stay whole.
 */
export function abridge(document: SampleDocument): SampleDocument {
  if (isZip(document.body)) return document;
  let series = 0;
  const text = Buffer.from(document.body)
    .toString('latin1')
    .replaceAll(/[ \t]*<(\w*TimeSeries)>.*?<\/\1>\s*/gs, (whole) => (series++ < KEPT_SERIES ? whole : ''))
    .replaceAll(
      new RegExp(`((?:\\s*<Point>.*?</Point>){${KEPT_POINTS}})(?:\\s*<Point>.*?</Point>)*`, 'gs'),
      '$1',
    );
  return { ...document, body: Buffer.from(text, 'latin1') };
}
