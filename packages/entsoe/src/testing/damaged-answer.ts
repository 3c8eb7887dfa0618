import { DocumentError } from '@energy-data-service/domain';
import fc from 'fast-check';
import { collectRequest } from '../fixtures/collect-request.ts';
import { zipFile } from '../fixtures/zip-file.ts';
import { entryName } from './answer-description.ts';
import { type Meaning, meaningOf, Refusal } from './answer-model.ts';
import { demandMeaning, readBothWays } from './both-ways.ts';
import { byteDamageArbitrary, type Damage, damagesArbitrary } from './damage.ts';
import { describeDocument } from './plain-reader.ts';
import type { SampleDocument } from './sample-document.ts';

/** A real answer, or what is left of it. */
export interface DamagedAnswer {
  /** Which, and what was done to it, for a person. */
  readonly name: string;
  readonly dataset: string;
  readonly area: string;
  readonly body: Uint8Array;
  /** The document, if the answer is a ZIP that we packed; as it went in. */
  readonly packed: Uint8Array | null;
}

/**
 * Damages to documents, mostly to those of series; some come in a ZIP, and of some the ZIP is damaged.
 *
 * @param ofSeries - those of the documents that can be read while they are whole
 */
export function damagedAnswerArbitrary(
  documents: readonly SampleDocument[],
  ofSeries: readonly SampleDocument[],
): fc.Arbitrary<DamagedAnswer> {
  const readable = fc.constantFrom(...ofSeries);
  const toBytes = fc.array(byteDamageArbitrary, { minLength: 1, maxLength: 2 });
  return fc.oneof(
    { weight: 4, arbitrary: fc.tuple(readable, damagesArbitrary).map(damaged) },
    { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...documents), damagesArbitrary).map(damaged) },
    { weight: 1, arbitrary: fc.tuple(readable, damagesArbitrary).map(damaged).map(pack) },
    { weight: 1, arbitrary: fc.tuple(readable.map(pack), toBytes).map(damaged) },
  );
}

type Whole = Omit<DamagedAnswer, 'packed'> & Partial<Pick<DamagedAnswer, 'packed'>>;

function damaged([{ name, dataset, area, body, packed = null }, damages]: [
  Whole,
  readonly Damage[],
]): DamagedAnswer {
  const text = damages.reduce((document, { apply }) => apply(document), Buffer.from(body).toString('latin1'));
  return named({
    name: [name, ...damages.map((damage) => damage.name)].join('; '),
    dataset,
    area,
    body: Buffer.from(text, 'latin1'),
    packed,
  });
}

function pack({ name, dataset, area, body }: Whole): DamagedAnswer {
  const bytes = zipFile([{ name: entryName(0), content: body }]);
  return named({ name: `${name}; packed`, dataset, area, body: bytes, packed: body });
}

/** A counterexample is told by its name, and not by its bytes. */
function named(answer: DamagedAnswer): DamagedAnswer {
  return { ...answer, [fc.toStringMethod]: () => answer.name } as DamagedAnswer;
}

/**
 * Demands of a damaged answer that it is refused with a typed error that names document and place, or read as
 * the rules say; by scanner and parser alike.
 *
 * @returns the error's message, or `read`
 */
export function checkDamaged({ dataset, area, body, packed }: DamagedAnswer): string {
  const found = readBothWays(collectRequest(dataset, area), body);
  if (found instanceof DocumentError) return found.message;
  // The name of the ZIP's entry may be what was damaged.
  const problems = found.problems.map((problem) => problem.replace(/^.*?, (?=series)/s, ''));
  demandMeaning({ ...found, problems }, expectedOf(dataset, area, packed ?? body));
  return 'read';
}

function expectedOf(dataset: string, area: string, document: Uint8Array): Meaning {
  try {
    const description = describeDocument(new TextDecoder().decode(document));
    return meaningOf({ dataset, area, zipped: false, documents: [description] });
  } catch (error) {
    if (error instanceof Refusal) throw new Error(`read in spite of: ${error.message}`);
    throw error;
  }
}
