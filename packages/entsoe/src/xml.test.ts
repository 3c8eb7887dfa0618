import { DocumentError } from '@energy-data-service/domain';
import { describe, expect, it } from 'vitest';
import { type ContentScanner, parseXml } from './xml.ts';

function refusalOf(text: string): DocumentError {
  try {
    parseXml(text);
  } catch (error) {
    if (error instanceof DocumentError) return error;
    throw error;
  }
  throw new Error('the document was read');
}

const BILLION_LAUGHS = `<!DOCTYPE a [<!ENTITY l0 "lol">${Array.from(
  { length: 9 },
  (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`,
).join('')}]><a>&l9;</a>`;
const TOO_MUCH_MARKUP = 'answer has too much markup: ask for a shorter window';
const QUADRATIC_BLOW_UP = `<!DOCTYPE a [<!ENTITY b "${'b'.repeat(100_000)}">]><a>${'&b;'.repeat(100_000)}</a>`;

describe('what is not XML', () => {
  it.each([
    ['nothing', ''],
    ['white space', ' \n'],
    ['plain text', '404 page not found'],
    ['wrong nesting', '<a><b></a></b>'],
    ['another end tag', '<a></b>'],
    ['a missing end tag', '<a><b></b>'],
    ['a cut start tag', '<a><b'],
    ['a cut end tag', '<a><b></b></a'],
    ['a cut comment', '<a/><!-- '],
    ['a cut CDATA section', '<a><![CDATA[1</a>'],
    ['a second root', '<a></a><a></a>'],
    ['a second, empty root', '<a></a><b/>'],
    ['a second document', '<?xml version="1.0"?><a></a><?xml version="1.0"?><a></a>'],
    ['text before the root', 'x<a/>'],
    ['text after the root', '<a></a>x'],
    ['an end tag after the root', '<a></a></a>'],
    ['a bare ampersand', '<a>R&D</a>'],
    ['an unknown entity', '<a>&nbsp;</a>'],
    ['an entity named like a property', '<a>&constructor;</a>'],
    ['a reference to a forbidden character', '<a>&#0;</a>'],
    ['a NUL', '<a>\0</a>'],
    ['an end of CDATA in text', '<a>]]></a>'],
    ['two hyphens in a comment', '<a><!-- -- --></a>'],
    ['an attribute without quotes', '<a b=1/>'],
    ['an attribute without value', '<a b/>'],
    ['an attribute twice', '<a b="1" b="2"/>'],
    ['a less-than sign in an attribute', '<a b="<"/>'],
    ['a name that begins with a digit', '<1/>'],
    ['a space before a name', '< a/>'],
    ['a prefix without namespace', '<a:b/>'],
    ['an entity declaration outside a DOCTYPE', '<a><!ENTITY b "c"></a>'],
  ])('is refused: %s', (_, text) => {
    const error = refusalOf(text);
    expect(error.message).toBe('document is not well-formed XML');
    expect(error.context).toMatchObject({ offset: expect.any(Number), reason: expect.any(String) });
  });

  it.each([
    ['a DOCTYPE', '<!DOCTYPE a><a/>'],
    ['entities that multiply', '<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><a>&c;</a>'],
    ['a DOCTYPE that breaks off', '<!DOCTYPE a ['],
    ['an external entity', '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]><a>&b;</a>'],
    ['an external document type', '<!DOCTYPE a SYSTEM "http://127.0.0.1/a.dtd"><a/>'],
    ['a parameter entity', '<!DOCTYPE a [<!ENTITY % b SYSTEM "http://127.0.0.1/b"> %b;]><a/>'],
    ['a billion laughs', BILLION_LAUGHS],
    ['one long entity a hundred thousand times', QUADRATIC_BLOW_UP],
    ['a DOCTYPE behind a comment and an instruction', '<!-- --><?a?>\n<!DOCTYPE a><a/>'],
  ])('is refused: %s', (_, text) => {
    expect(refusalOf(text).message).toBe('document has a DOCTYPE');
  });

  it('is refused: an entity that only a DOCTYPE could have declared', () => {
    expect(refusalOf('<a>&lol9;</a>').message).toBe('document is not well-formed XML');
  });

  it.each(['ISO-8859-1', 'UTF-16'])('is refused: a declaration of %s', (encoding) => {
    expect(refusalOf(`<?xml version="1.0" encoding="${encoding}"?><a/>`).context).toMatchObject({ encoding });
  });
});

describe('sizes that no document has', () => {
  it.each([
    ['elements are nested too deep', '<a>'.repeat(100_000)],
    [
      'element has too many attributes',
      `<a ${Array.from({ length: 1_000 }, (_, i) => `b${i}=""`).join(' ')}/>`,
    ],
    ['name is too long', `<${'a'.repeat(1_000)}/>`],
    ['text is too long', `<a>${'1'.repeat(1_000_000)}</a>`],
  ])('are refused: %s', (message, text) => {
    expect(refusalOf(text).message).toBe(message);
  });

  it.each([
    ['entities in text', TOO_MUCH_MARKUP, `<a>${'<b>&lt;</b>'.repeat(800_000)}</a>`],
    ['references to characters in attributes', TOO_MUCH_MARKUP, '<a b="&#65;&#x41;"/>'.repeat(410_000)],
    ['elements', TOO_MUCH_MARKUP, `<a>${'<b></b>'.repeat(1_600_000)}</a>`],
    ['empty-element tags, which are two tags', TOO_MUCH_MARKUP, `<a>${'<b/>'.repeat(1_600_000)}</a>`],
    ['comments', TOO_MUCH_MARKUP, `<a>${'<!---->'.repeat(3_200_000)}</a>`],
    ['instructions', TOO_MUCH_MARKUP, `<a>${'<?b?>'.repeat(3_200_000)}</a>`],
    ['CDATA sections', TOO_MUCH_MARKUP, `<a>${'<![CDATA[]]>'.repeat(3_200_000)}</a>`],
    ['attributes', TOO_MUCH_MARKUP, `<a>${'<b c="" d="" e=""/>'.repeat(400_000)}</a>`],
    [
      'ends of lines',
      'answer has too much white space: ask for a shorter window',
      `<a>${`<b/>${'\r\n'.repeat(1_000)}`.repeat(3_000)}</a>`,
    ],
    ['entities one after the other', 'text is too long', `<a>${'&lt;'.repeat(90_000)}</a>`],
    ['a name', 'text is too long', `<${'a'.repeat(10_000_000)}/>`],
    ['an attribute', 'text is too long', `<a b="${'1'.repeat(10_000_000)}"/>`],
    ['a comment', 'text is too long', `<a><!--${' '.repeat(10_000_000)}--></a>`],
    ['white space', 'text is too long', `<a>${' '.repeat(10_000_000)}</a>`],
  ])('are refused before the parser reads them: %s', (_, message, text) => {
    const { message: found, context } = refusalOf(text);
    expect(found).toBe(message);
    expect(context).toMatchObject({ document: 'answer', offset: expect.any(Number) });
  });
});

describe('elements', () => {
  it('have local names, decoded text, and no white space of the indentation', () => {
    const root = parseXml(
      '<?xml version="1.0"?>\n<a xmlns="urn:x" xmlns:p="urn:y">\n  <p:b c="1">&lt;&#65;<![CDATA[&]]></p:b>\n  <d/>\n</a>\n',
    );
    expect(root).toMatchObject({
      name: 'a',
      text: '',
      children: [
        { name: 'b', text: '<A&', children: [] },
        { name: 'd', text: '', children: [] },
      ],
    });
  });

  it('know where their content begins', () => {
    const text = '<?xml version="1.0"?>\r\n<a>\r\n\u{1F50B}<!-- \u{1F50B} --></a>';
    expect(text.slice(parseXml(text).offset)).toMatch(/^\r\n\u{1F50B}/u);
  });
});

describe('a scanner', () => {
  const offered = (text: string) => {
    const offers: string[] = [];
    const scanner: ContentScanner = {
      startTag: '<P>',
      depth: 2,
      scan: (_, whole, from) => {
        offers.push(whole.slice(from, from + 3));
        return null;
      },
    };
    parseXml(text, { scanner });
    return offers;
  };

  it('is offered elements only, whatever looks like one in comments, CDATA and instructions', () => {
    expect(
      offered(
        '<a><P>1 1</P><!-- <P>2 2 --><c><![CDATA[<P>3 3]]></c><?i <P>4 4?><b><P>5 5</P></b><P ><!-- <P>6 --></P></a>',
      ),
    ).toEqual(['1 1', '5 5']);
  });

  it('is not offered an element so deep that the parser would refuse what is in it', () => {
    const nested = (levels: number) => `${'<a>'.repeat(levels)}<P>1 1</P>${'</a>'.repeat(levels)}`;
    expect(offered(nested(13))).toEqual(['1 1']);
    expect(offered(nested(14))).toEqual([]);
  });

  it('may read the content, and errors behind it still tell the right offset', () => {
    const text = '<a><P>any & <thing></P><b></a>';
    const scanner: ContentScanner = {
      startTag: '<P>',
      depth: 2,
      scan: (_, whole) => ({ end: whole.indexOf('</P>'), tags: 0 }),
    };
    try {
      parseXml(text, { entry: 'entry.xml', scanner });
      expect.fail('the document was read');
    } catch (error) {
      expect(error).toMatchObject({ context: { document: 'entry.xml', offset: text.length } });
    }
  });
});
