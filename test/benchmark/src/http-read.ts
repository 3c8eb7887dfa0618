import type { CollectRequest } from '@energy-data-service/domain';
import { request } from 'undici';

/** No value takes fewer: the shortest are an instant and a number. */
const LEAST_BYTES_OF_VALUE = 20;

/**
 * Reads an answer to its end and drops it.
 *
 * @param values - how many it should hold
 * @throws {Error} if the status is not 200, or the answer is too short to hold the values
 */
export async function drainValues(url: string, values: number): Promise<void> {
  const { statusCode, body } = await request(url);
  if (statusCode !== 200) throw new Error(`status ${statusCode}: ${await body.text()}`);
  let bytes = 0;
  for await (const piece of body) bytes += piece.length;
  if (bytes < LEAST_BYTES_OF_VALUE * values) throw new Error(`${values} values in ${bytes} bytes`);
}

/** The API's route of a load window's values. */
export function valuesUrl(
  apiUrl: string,
  { dataset, area, window }: CollectRequest,
  format: 'csv' | 'json',
): string {
  const query = new URLSearchParams({
    area_code: area,
    start_time: window.from.toString(),
    end_time: window.to.toString(),
    format,
  });
  return `${apiUrl}/v1/datasets/${dataset}/values?${query}`;
}
