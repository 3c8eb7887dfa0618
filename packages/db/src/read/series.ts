import type { SeriesKey } from '@energy-data-service/domain';
import type { Fragment } from 'postgres';
import type { Sql } from '../connect.ts';

/** A series that points are stored for. */
export interface StoredSeries extends SeriesKey {
  readonly id: number;
  /** Start of the first and of the last stored point; null while there is none. */
  readonly firstStartsAt: Temporal.Instant | null;
  readonly lastStartsAt: Temporal.Instant | null;
  readonly pointCount: number;
}

/** Which series are meant: each list names the values that a field may have, an absent one allows all. */
export interface SeriesFilter {
  readonly ids?: readonly number[] | undefined;
  readonly datasets?: readonly string[] | undefined;
  /** EICs */
  readonly areas?: readonly string[] | undefined;
  /** EICs */
  readonly counterAreas?: readonly string[] | undefined;
  readonly psrTypes?: readonly string[] | undefined;
  readonly businessTypes?: readonly string[] | undefined;
  readonly directions?: readonly string[] | undefined;
  readonly unitEics?: readonly string[] | undefined;
  readonly contractTypes?: readonly string[] | undefined;
  readonly sequences?: readonly string[] | undefined;
  readonly resolutions?: readonly string[] | undefined;
}

/** Start of the first and of the last point that is stored of a dataset. */
export interface StoredRange {
  readonly dataset: string;
  readonly firstStartsAt: Temporal.Instant;
  readonly lastStartsAt: Temporal.Instant;
}

export type SeriesReader = ReturnType<typeof createSeriesReader>;

export function createSeriesReader(sql: Sql) {
  return {
    /** Series that match all parts of the filter, ordered by id. */
    async find(filter: SeriesFilter): Promise<StoredSeries[]> {
      return sql<StoredSeries[]>`
        select ${storedSeriesColumns(sql)} from series ${whereMatching(sql, filter)} order by id`;
    },

    /** One row per dataset that has points, ordered by dataset. */
    async storedRanges(): Promise<StoredRange[]> {
      return sql<StoredRange[]>`
        select dataset, min(first_starts_at) as "firstStartsAt", max(last_starts_at) as "lastStartsAt"
        from series
        group by dataset
        having min(first_starts_at) is not null
        order by dataset`;
    },
  };
}

/** SQL of the columns of `series` that make a StoredSeries. */
export function storedSeriesColumns(sql: Sql): Fragment {
  return sql`
    id, source, dataset, area, counter_area as "counterArea", business_type as "businessType",
    psr_type as "psrType", unit_eic as "unitEic", asset_eic as "assetEic", direction,
    process_type as "processType", contract_type as "contractType", sequence,
    auction_category as "auctionCategory", market_product as "marketProduct",
    price_category as "priceCategory", percentile, resolution, unit, currency, quantity,
    first_starts_at as "firstStartsAt", last_starts_at as "lastStartsAt", point_count as "pointCount"`;
}

/** SQL of the clause that leaves the rows of `series` that match all parts of a filter. */
export function whereMatching(sql: Sql, filter: SeriesFilter): Fragment[] {
  const columns = {
    dataset: filter.datasets,
    area: filter.areas,
    counter_area: filter.counterAreas,
    psr_type: filter.psrTypes,
    business_type: filter.businessTypes,
    direction: filter.directions,
    unit_eic: filter.unitEics,
    contract_type: filter.contractTypes,
    sequence: filter.sequences,
    resolution: filter.resolutions,
  };
  const conditions = Object.entries(columns).flatMap(([column, values]) =>
    values === undefined ? [] : [sql`and ${sql(column)} = any(${values}::text[])`],
  );
  const wanted = filter.ids === undefined ? sql`where true` : sql`where id = any(${filter.ids}::integer[])`;
  return [wanted, ...conditions];
}
