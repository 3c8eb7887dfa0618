import { DocumentError } from '@energy-data-service/domain';
import { describe, expect, it } from 'vitest';
import { decodeUtf8, parseXml } from './xml.ts';

function refusalOf(text: string): DocumentError {
  try {
    parseXml(text);
  } catch (error) {
    if (error instanceof DocumentError) return error;
    throw error;
  }
  throw new Error('the document was read');
}

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
  ])('is refused: %s', (_, text) => {
    expect(refusalOf(text).message).toBe('document has a DOCTYPE');
  });

  it('is refused: bytes that are not UTF-8', () => {
    expect(() => decodeUtf8(Uint8Array.of(0x3c, 0xff, 0x3e))).toThrow(DocumentError);
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
      `<a ${Array.from({ length: 100_000 }, (_, i) => `b${i}=""`).join(' ')}/>`,
    ],
    ['name is too long', `<${'a'.repeat(1_000)}/>`],
    ['text is too long', `<a>${'1'.repeat(1_000_000)}</a>`],
    ['document has too many elements', `<a>${'<b/>'.repeat(500_000)}</a>`],
  ])('are refused: %s', (message, text) => {
    expect(refusalOf(text).message).toBe(message);
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
    parseXml(text, null, {
      startTag: '<P>',
      scan: (_, whole, from) => {
        offers.push(whole.slice(from, from + 3));
        return null;
      },
    });
    return offers;
  };

  it('is offered elements only, whatever looks like one in comments, CDATA and instructions', () => {
    expect(
      offered(
        '<a><P>1 1</P><!-- <P>2 2 --><c><![CDATA[<P>3 3]]></c><?i <P>4 4?><b><P>5 5</P></b><P ><!-- <P>6 --></P></a>',
      ),
    ).toEqual(['1 1', '5 5']);
  });

  it('may read the content, and errors behind it still tell the right offset', () => {
    const text = '<a><P>any & <thing></P><b></a>';
    const scanner = { startTag: '<P>', scan: (_: unknown, whole: string) => whole.indexOf('</P>') };
    try {
      parseXml(text, 'entry.xml', scanner);
      expect.fail('the document was read');
    } catch (error) {
      expect(error).toMatchObject({ context: { document: 'entry.xml', offset: text.length } });
    }
  });
});
