import type { PointSelection } from '@energy-data-service/db';

/** Which values are answered, and how they are written. */
export interface ValueSelection extends PointSelection {
  /** IANA name of the zone in which instants are written. */
  readonly timezone: string;
}
