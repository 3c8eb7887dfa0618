import { connect } from '@energy-data-service/db';
import { createQueueBackend } from '@energy-data-service/queue';
import { closeOnSignal, createLogger, loadConfig } from '@energy-data-service/runtime';
import { SOURCES } from '@energy-data-service/sources';
import { CollectorConfig } from './config.ts';
import { startCollector } from './start.ts';

const [config, ...settings] = loadConfig(CollectorConfig, ...SOURCES.map((source) => source.settings));
const sources = SOURCES.map((source, i) => ({ source, settings: settings[i] }));
const log = createLogger('collector', config.LOG_LEVEL);
const sql = connect(config.DATABASE_URL, { max: config.COLLECTOR_CONCURRENCY + 1 });
const queueBackend = createQueueBackend(config.QUEUE_URL, log, { lockMs: config.JOB_LOCK_MS });

const steps = startCollector({ sql, queueBackend, sources, concurrency: config.COLLECTOR_CONCURRENCY, log });

closeOnSignal([...steps, ['database', () => sql.end()]], { log, timeoutMs: config.SHUTDOWN_TIMEOUT_MS });
log.info({ sources: sources.map(({ source }) => source.id) }, 'collecting');
