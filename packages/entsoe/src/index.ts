export type { EntsoeSettings } from './settings.ts';
export { entsoeSource } from './source.ts';
