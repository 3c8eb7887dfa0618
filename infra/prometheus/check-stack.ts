// Waits until the Prometheus beside this process sees a healthy stack, and says after six minutes what it does not see (rates look back five):
//   node check-stack.ts targets scheduler=1 collector=2 …     every replica is scraped
//   node check-stack.ts all scheduler=1 collector=2 …         and every rule and every query of the dashboards gives series, and no
//                                                             alert is on its way
// It must run in the network of the stack.
import { setTimeout as sleep } from 'node:timers/promises';
import { type Panel, readDashboards, type Variable, withVariables } from './dashboards.ts';

/** What rightly gives nothing while all is well. */
const EMPTY_WHEN_HEALTHY: Readonly<Record<string, string>> = {
  '1000 * ALERTS * ignoring (alertstate) group_left () ALERTS_FOR_STATE': 'no alert is on its way',
  '60 * source_outcome:energy_data_source_requests:rate5m{outcome!="answer"} > 0': 'no request fails',
  'queue_priority:energy_data_queue_oldest_waiting_job_age_seconds:max': 'no job waits',
  'queue_priority:energy_data_queue_oldest_waiting_job_age_seconds:max / 60': 'no job waits',
  'dataset_status:energy_data_windows:max{status="failed"} > 0': 'no window has failed',
  '(item:energy_data_series_over_limit_seconds:min{dataset=~"$dataset", area=~"$area"} > 0) / 3600':
    'nothing is late',
  '(item:energy_data_coverage_gap_seconds:max{dataset=~"$dataset", area=~"$area"} > 0) / 3600':
    'nothing is missing',
};

/** A rate of requests needs somebody who asks. Those are the routes that rules name, and one that answers. */
const ASKED_PATHS: readonly string[] = [
  '/v1/areas',
  '/v1/datasets/actual-total-load/values',
  '/v1/load-data',
  '/v1/raw-payloads/1/body',
];

/** What somebody chooses on a dashboard. */
const SELECTED: Readonly<Record<string, string>> = { dataset: 'actual-total-load', area: 'CZ' };

/** In legends, of datasets that have it: those of borders. */
const OPTIONAL_LABEL = 'counter_area';

interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [time: number, value: string];
}

interface Target {
  readonly health: string;
  readonly lastError: string;
  readonly labels: { readonly job: string };
}

interface Rule {
  readonly type: 'recording' | 'alerting';
  readonly name: string;
  readonly query: string;
  /** Those that a recording rule adds. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly health: string;
  readonly lastError?: string;
  readonly alerts?: readonly { readonly annotations: { readonly summary: string } }[];
}

interface Answer<T> {
  readonly data: T;
  readonly error?: string;
  readonly warnings?: readonly string[];
}

function get(url: string): Promise<Response> {
  return fetch(url, { signal: AbortSignal.timeout(10_000) });
}

async function ask<T>(path: string, parameters: Record<string, string> = {}): Promise<T> {
  const response = await get(`http://127.0.0.1:9090/api/v1/${path}?${new URLSearchParams(parameters)}`);
  const { data, error, warnings = [] } = (await response.json()) as Answer<T>;
  if (!response.ok || warnings.length > 0) throw new Error([path, error, ...warnings].join(' '));
  return data;
}

async function select(expression: string): Promise<readonly Series[]> {
  return (await ask<{ result: readonly Series[] }>('query', { query: expression })).result;
}

function hasNumber(series: readonly Series[]): boolean {
  return series.some(({ value: [, value] }) => Number.isFinite(Number(value)));
}

async function targetProblems(replicas: readonly (readonly [string, number])[]): Promise<string[]> {
  const { activeTargets } = await ask<{ activeTargets: readonly Target[] }>('targets');
  const errors = activeTargets.filter(({ lastError }) => lastError !== '');
  return [
    ...replicas.flatMap(([job, count]) => {
      const up = activeTargets.filter(({ labels, health }) => labels.job === job && health === 'up').length;
      return up === count ? [] : [`${up} of ${count} replicas of ${job} are scraped`];
    }),
    ...errors.map(({ labels, lastError }) => `${labels.job}: ${lastError}`),
  ];
}

async function ruleProblems(): Promise<string[]> {
  const { groups } = await ask<{ groups: readonly { rules: readonly Rule[] }[] }>('rules');
  const rules = groups.flatMap((group) => group.rules);
  const problems = [...rules.map(problemsOfRule), problemsOfMatchers(rules.map(({ query }) => query))];
  return (await Promise.all(problems)).flat();
}

/** A label's value that nothing has: `status="faild"`. Patterns are not looked at, but for lists (`failed|split`). */
async function problemsOfMatchers(queries: readonly string[]): Promise<string[]> {
  const matchers = queries.flatMap((query) => [...query.matchAll(/(\w+)[=!][=~]?"([\w:/|-]+)"/g)]);
  const problems = matchers.map(async ([, label = '', list = '']) => {
    const known = await ask<readonly string[]>(`label/${label}/values`);
    const unknown = list.split('|').filter((value) => !known.includes(value));
    return unknown.map((value) => `nothing has the label ${label}="${value}"`);
  });
  return (await Promise.all(problems)).flat();
}

async function problemsOfRule({
  type,
  name,
  labels = {},
  health,
  lastError,
  alerts = [],
}: Rule): Promise<string[]> {
  if (health !== 'ok') return [`rule ${name} is ${health}: ${lastError ?? 'not evaluated yet'}`];
  if (type === 'alerting') return alerts.map(({ annotations }) => `alert ${name}: ${annotations.summary}`);
  const matchers = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  const isEmpty = !(name in EMPTY_WHEN_HEALTHY) && !hasNumber(await select(`${name}{${matchers}}`));
  return isEmpty ? [`rule ${name}{${matchers}} records nothing`] : [];
}

async function dashboardProblems(): Promise<string[]> {
  const dashboards = await readDashboards();
  const panels = dashboards.flatMap((dashboard) => dashboard.panels);
  const problems = [
    ...dashboards.flatMap(({ templating }) => templating.list.map(problemsOfVariable)),
    ...panels.map(problemsOfPanel),
    problemsOfMatchers(panels.flatMap(({ targets }) => targets.map(({ expr }) => expr))),
  ];
  return (await Promise.all(problems)).flat();
}

async function problemsOfVariable({ name, query }: Variable): Promise<string[]> {
  const [, metric = '', label] = /^label_values\((.+), (\w+)\)$/.exec(query.query) ?? [];
  const values = await ask<readonly string[]>(`label/${label}/values`, { 'match[]': metric });
  const selected = SELECTED[name] ?? '';
  return values.includes(selected) ? [] : [`${query.query} does not offer ${selected}`];
}

async function problemsOfPanel({ title, targets, transformations = [] }: Panel): Promise<string[]> {
  const isMerged = transformations.some(({ id }) => id === 'merge');
  const problems = targets.map(async ({ expr, legendFormat = '' }) => {
    const expression = withVariables(expr, SELECTED);
    const series = await select(expression);
    if (expr in EMPTY_WHEN_HEALTHY && series.length === 0) return [];
    const labels = new Set(series.flatMap(({ metric }) => Object.keys(metric)));
    const missing = Array.from(legendFormat.matchAll(/\{\{(\w+)\}\}/g), ([, label = '']) => label).filter(
      (label) => !labels.has(label) && label !== OPTIONAL_LABEL,
    );
    return [
      ...(hasNumber(series) ? [] : [`"${title}": ${expression} gives nothing`]),
      ...missing.map((label) => `"${title}": ${expression} has no ${label} for the legend`),
      // Rows that differ in any label are not merged.
      ...(isMerged && labels.has('__name__') ? [`"${title}": ${expression} must not keep its name`] : []),
    ];
  });
  return (await Promise.all(problems)).flat();
}

const [what, ...counts] = process.argv.slice(2);
const replicas = counts.map((text) => {
  const [job = '', count] = text.split('=');
  return [job, Number(count)] as const;
});

async function findProblems(): Promise<string[]> {
  if (what === 'targets') return targetProblems(replicas);
  await Promise.all(ASKED_PATHS.map(async (path) => (await get(`http://api:8080${path}`)).text()));
  return (await Promise.all([targetProblems(replicas), ruleProblems(), dashboardProblems()])).flat();
}

const deadline = Date.now() + 360_000;
for (;;) {
  const problems = await findProblems().catch(({ message, cause }: Error) => [`${message} ${cause ?? ''}`]);
  if (problems.length === 0) break;
  if (Date.now() > deadline) {
    process.stderr.write(`${problems.join('\n')}\n`);
    process.exit(1);
  }
  await sleep(1_000);
}
