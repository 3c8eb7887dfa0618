export { processRawPayload } from './process-raw-payload.ts';
export { startProcessor } from './start.ts';
