import type { AnswerVolume, StoredVolume } from '@energy-data-service/db';
import { parseResolution } from '@energy-data-service/domain';
import type { WantedItem } from './wanted-items.ts';

/** What a stretch of time of an item may hold. */
export interface Estimate {
  readonly points: number;
  /** Of the answers, unpacked. */
  readonly bytes: number;
  /** What the points are counted after: the item's own, its dataset's in other areas, or its finest resolution. */
  readonly basis: 'item' | 'dataset' | 'resolution';
}

/** Of documents of the platform that were looked at. */
const USUAL_BYTES_PER_POINT = 125;

const MS_PER_DAY = 86_400_000;

/** Steps that reach over the ends of what is stored are counted whole: in so many they are few. */
const ENOUGH_STEPS = 20;

/**
 * Estimates what so much time of an item holds, from what is stored where there is enough of it. Each window holds at least
 * a point: a year that it touches comes whole.
 */
export function estimateVolume(
  { dataset, area }: WantedItem,
  { toAskMs, windows }: { readonly toAskMs: number; readonly windows: number },
  storedVolumes: readonly StoredVolume[],
  answerVolumes: readonly AnswerVolume[],
): Estimate {
  const enoughDays = Math.max(1, ENOUGH_STEPS / Math.min(...dataset.resolutions.map(stepsPerDay)));
  const ofDataset = storedVolumes.filter(
    (volume) => volume.dataset === dataset.id && volume.collectedDays >= enoughDays,
  );
  const ofItem = ofDataset.filter((volume) => volume.area === area.eic);
  const [basis, perDay] =
    ofItem.length > 0
      ? (['item', pointsPerDay(ofItem)] as const)
      : ofDataset.length > 0
        ? (['dataset', pointsPerDay(ofDataset)] as const)
        : (['resolution', Math.max(...dataset.resolutions.map(stepsPerDay))] as const);
  const points = Math.max(windows, Math.round((toAskMs / MS_PER_DAY) * perDay));
  const answers = answerVolumes.find((volume) => volume.dataset === dataset.id);
  const bytesPerPoint = answers === undefined ? USUAL_BYTES_PER_POINT : answers.bytes / answers.points;
  return { points, bytes: Math.round(points * bytesPerPoint), basis };
}

function pointsPerDay(volumes: readonly StoredVolume[]): number {
  const points = volumes.reduce((sum, volume) => sum + volume.points, 0);
  return points / volumes.reduce((sum, { collectedDays }) => sum + collectedDays, 0);
}

function stepsPerDay(resolution: string): number {
  const parsed = parseResolution(resolution);
  if (parsed === undefined) return 0;
  if (parsed.kind === 'fixed') return MS_PER_DAY / parsed.stepMs;
  return 1 / parsed.duration.total({ unit: 'days', relativeTo: '2001-01-01' });
}
