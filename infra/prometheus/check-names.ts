// What rules and dashboards ask for exists: every metric is exported by a service or recorded by a rule, every dataset has a
// limit of its lag, and every runbook is a section of docs/operations.md. Prints the queries of the dashboards as a file of rules, for
// promtool to parse.
import { readFile } from 'node:fs/promises';
import { createJobMetrics } from '../../packages/queue/src/index.ts';
import { createLogger, createMonitoring } from '../../packages/runtime/src/index.ts';
import { allDatasets, SOURCES } from '../../packages/sources/src/index.ts';
import { httpMetrics } from '../../services/api/src/http-metrics.ts';
import { createSourceMetrics } from '../../services/collector/src/source-metrics.ts';
import { createProcessingMetrics } from '../../services/processor/src/processing-metrics.ts';
import { exportPipelineState } from '../../services/scheduler/src/pipeline-metrics.ts';
import { readDashboards, withVariables } from './dashboards.ts';

function fileOf(path: string): URL {
  return new URL(path, import.meta.url);
}

function findAll(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, found = '']) => found);
}

function exportedNames(): string[] {
  const { registry } = createMonitoring();
  createJobMetrics(registry);
  createSourceMetrics(registry);
  createProcessingMetrics(registry);
  httpMetrics(registry);
  const nothing = () => Promise.reject(new Error('nothing is read'));
  const log = createLogger('check-names', 'error');
  exportPipelineState(registry, {
    readState: nothing,
    queues: [],
    sources: [],
    budgets: new Map(),
    log,
  });
  return registry
    .getMetricsAsArray()
    .flatMap(({ name, type }) =>
      String(type) === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
    );
}

const rules = await Promise.all(
  ['recording-rules.yml', 'alert-rules.yml'].map((path) => readFile(fileOf(path), 'utf8')),
);
const ruleText = rules.join('\n').replaceAll(/^ *#.*/gm, '');
const queries = (await readDashboards()).flatMap(({ panels }) =>
  panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
);

const used = new Set([ruleText, ...queries].flatMap((text) => findAll(text, /([\w:]*energy_data[\w:]*)/g)));
const known = new Set([...exportedNames(), ...findAll(ruleText, /record: (\S+)/g)]);
const limits = new Set(findAll(ruleText, /source: entsoe, dataset: ([\w-]+)/g));
const sections = new Set(
  findAll(await readFile(fileOf('../../docs/operations.md'), 'utf8'), /^#+ (.+)$/gm).map((title) =>
    title
      .toLowerCase()
      .replaceAll(/[^\w -]/g, '')
      .replaceAll(' ', '-'),
  ),
);
const problems = [
  ...[...used]
    .filter((name) => !known.has(name))
    .map((name) => `no service exports ${name}, and no rule records it`),
  ...allDatasets(SOURCES)
    .filter(({ id }) => !limits.has(id))
    .map(({ id }) => `recording-rules.yml has no dataset:energy_data_series_lag_limit_seconds of ${id}`),
  ...findAll(ruleText, /runbook_url: docs\/operations\.md#(\S+)/g)
    .filter((anchor) => !sections.has(anchor))
    .map((anchor) => `docs/operations.md has no section for #${anchor}`),
];
if (problems.length > 0) {
  process.stderr.write(`${problems.join('\n')}\n`);
  process.exit(1);
}

const rulesOfQueries = queries.map((query, i) => ({
  record: `dashboard:query:${i}`,
  expr: withVariables(query),
}));
process.stdout.write(JSON.stringify({ groups: [{ name: 'dashboards', rules: rulesOfQueries }] }));
