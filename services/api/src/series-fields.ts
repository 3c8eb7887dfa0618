import type { StoredSeries } from '@energy-data-service/db';
import { z } from '@hono/zod-openapi';
import { areaCode } from './names.ts';

const code = (description: string, example: string | null = null) =>
  z.string().nullable().openapi({ description, example });

/** What tells a series from every other, in the order of the columns of a CSV file. */
export const SeriesFields = z
  .object({
    series_id: z.int().openapi({ example: 12 }),
    area_code: z.string().openapi({
      description: 'Short code, or the EIC of an area without one; of a flow the exporting side',
      example: 'CZ',
    }),
    area_eic: z.string().openapi({ example: '10YCZ-CEPS-----N' }),
    counter_area_code: code('The importing side of a flow'),
    counter_area_eic: code('EIC of the importing side of a flow'),
    business_type: code('ENTSO-E business type', 'A04'),
    psr_type: code('Kind of production'),
    unit_eic: code('EIC of a generation or production unit'),
    direction: code('generation, consumption, up, down …'),
    contract_type: code('Type of market agreement'),
    sequence: code("Position in the auction's classification"),
    quantity: z.string().openapi({ description: 'The element that holds the value', example: 'quantity' }),
    resolution: z.string().openapi({ description: 'ISO 8601 duration', example: 'PT60M' }),
    unit: code('Unit of measure', 'MAW'),
    currency: code('ISO 4217'),
    process_type: code('ENTSO-E process type'),
    price_category: code('Category of an imbalance or activation price'),
    market_product: code('Balancing product'),
    auction_category: code('Category of an auction'),
    asset_eic: code('EIC of another asset, such as a line'),
    percentile: code('Percentile of a forecast'),
  })
  .openapi('SeriesIdentity');
export type SeriesFields = z.infer<typeof SeriesFields>;

export function seriesFields(series: StoredSeries): SeriesFields {
  return {
    series_id: series.id,
    area_code: areaCode(series.area),
    area_eic: series.area,
    counter_area_code: series.counterArea === null ? null : areaCode(series.counterArea),
    counter_area_eic: series.counterArea,
    business_type: series.businessType,
    psr_type: series.psrType,
    unit_eic: series.unitEic,
    direction: series.direction,
    contract_type: series.contractType,
    sequence: series.sequence,
    quantity: series.quantity,
    resolution: series.resolution,
    unit: series.unit,
    currency: series.currency,
    process_type: series.processType,
    price_category: series.priceCategory,
    market_product: series.marketProduct,
    auction_category: series.auctionCategory,
    asset_eic: series.assetEic,
    percentile: series.percentile,
  };
}

/** The names of the fields, in order. */
export const SERIES_FIELD_NAMES = Object.keys(SeriesFields.shape);

/** A JSON object of the series' fields that further members can be added to: `{"series_id":12,…` */
export function openSeriesObject(series: StoredSeries): string {
  return JSON.stringify(seriesFields(series)).slice(0, -1);
}
