import { XMLParser } from 'fast-xml-parser';

/** As fast as the library gets while keeping digits: no attributes, no numbers. */
const parser = new XMLParser({
  ignoreAttributes: true,
  parseTagValue: false,
  isArray: (name) => name === 'TimeSeries' || name === 'Point',
});

interface GlMarketDocument {
  readonly GL_MarketDocument: {
    readonly TimeSeries: readonly {
      readonly Period: {
        readonly Point: readonly { readonly position: string; readonly quantity: string }[];
      };
    }[];
  };
}

/**
 * The values of a document whose series have one Period each, read by fast-xml-parser: one array per series,
 * in which the steps that curve type A03 leaves out are filled up to the last Point.
 */
export function fastXmlParserValues(document: Uint8Array): string[][] {
  const { GL_MarketDocument } = parser.parse(new TextDecoder().decode(document)) as GlMarketDocument;
  return GL_MarketDocument.TimeSeries.map(({ Period }) => {
    const values: string[] = [];
    for (const { position, quantity } of Period.Point) {
      for (let before = values.at(-1) ?? ''; values.length < Number(position) - 1; ) values.push(before);
      values.push(quantity);
    }
    return values;
  });
}
