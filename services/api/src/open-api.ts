import manifest from '../package.json' with { type: 'json' };

/** The parts of the contract that no route describes. */
export const OPEN_API = {
  openapi: '3.1.0',
  info: {
    title: 'Energy Data Service',
    version: manifest.version,
    description:
      'A self-hosted, complete and point-in-time-correct copy of the ENTSO-E Transparency Platform.\n\n' +
      '**Time.** Ranges are half-open. Answers are in UTC, or in `timezone` with its offset; a timestamp is the ' +
      'start of its interval.\n\n' +
      '**Values** keep the digits that were published. `null` is a published "no value"; what was not published is ' +
      'left out.\n\n' +
      '**Errors** are `application/problem+json` (RFC 9457). Unknown parameters are errors.',
    license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
  },
  tags: [
    { name: 'Values', description: 'The data' },
    { name: 'Catalogue', description: 'What there is' },
    { name: 'Collecting', description: 'Getting more of it' },
    { name: 'Provenance', description: 'Where it came from' },
    { name: 'Operation', description: 'Whether the service works' },
  ],
};
