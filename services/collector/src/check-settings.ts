/**
 * Reads the collector's settings as its start would, and ends: with 0, or with 1 and what is wrong with them.
 *
 *     node services/collector/src/check-settings.ts
 */
import { loadConfig } from '@energy-data-service/runtime';
import { SOURCES } from '@energy-data-service/sources';
import { CollectorConfig } from './config.ts';

loadConfig(CollectorConfig, ...SOURCES.map((source) => source.settings));
