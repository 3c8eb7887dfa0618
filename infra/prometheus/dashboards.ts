import { readdir, readFile } from 'node:fs/promises';

/** A dashboard of infra/grafana, as far as the checks here read it. */
interface Dashboard {
  readonly templating: { readonly list: readonly Variable[] };
  readonly panels: readonly Panel[];
}

export interface Variable {
  readonly name: string;
  readonly query: { readonly query: string };
}

export interface Panel {
  readonly title: string;
  readonly targets: readonly { readonly expr: string; readonly legendFormat?: string }[];
  readonly transformations?: readonly { readonly id: string }[];
}

export async function readDashboards(): Promise<Dashboard[]> {
  const folder = new URL('../grafana/dashboards/', import.meta.url);
  const files = await readdir(folder);
  return Promise.all(files.map(async (name) => JSON.parse(await readFile(new URL(name, folder), 'utf8'))));
}

/** A query as Grafana sends it, with what is selected, or else everything. */
export function withVariables(query: string, selected: Readonly<Record<string, string>> = {}): string {
  return query
    .replaceAll('$__rate_interval', '1m')
    .replaceAll(/\$(\w+)/g, (_, name: string) => selected[name] ?? '.*');
}
