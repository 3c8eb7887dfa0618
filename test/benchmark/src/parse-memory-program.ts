import { readFileSync } from 'node:fs';
import { entsoeSource } from '@energy-data-service/entsoe';
import { loadRequest } from './series-load.ts';

/** Parses a small document often, then a large one once, and sends the bytes that the latter took at its peak. */
const [documentFile = '', smallDocumentFile = ''] = process.argv.slice(2);
const WARM_UP_TIMES = 20;

const request = loadRequest('10YBE----------2', 1);
const document = readFileSync(documentFile);
const smallDocument = readFileSync(smallDocumentFile);
for (let time = 0; time < WARM_UP_TIMES; time++) entsoeSource.parse(request, smallDocument);
if (globalThis.gc === undefined) throw new Error('needs --expose-gc');
globalThis.gc();

const residentBytes = process.memoryUsage.rss();
entsoeSource.parse(request, document);
// The high-water mark of the process's whole life, so that the difference is an upper bound.
process.send?.(process.resourceUsage().maxRSS * 1_024 - residentBytes);
