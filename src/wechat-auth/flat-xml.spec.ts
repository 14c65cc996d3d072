import fc from 'fast-check';
import { Parser } from 'xml2js';
import { EVENT_SAMPLES } from '../../test/support/wechat/wechat-vectors.js';
import { readFlatXml } from './flat-xml.js';

const byTheRealParser = (text: string): unknown => {
  let read: unknown;
  new Parser({
    explicitArray: false,
    explicitRoot: false,
    trim: true,
    emptyTag: () => '',
  }).parseString(text, (error, result) => {
    if (error) throw error;
    read = result;
  });
  return read;
};

const space = fc.stringMatching(/^[ \t\r\n]{0,3}$/);
const element = fc
  .record({
    name: fc.constantFrom('ToUserName', 'Event', 'MsgID', 'CreateTime', 'A', 'List'),
    value: fc.oneof(
      fc.string({ unit: 'binary' }).map((text) => `<![CDATA[${text}]]>`),
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom(
        '',
        ' ',
        '1721621154',
        '<![CDATA[]]>',
        '<![CDATA[ a b ]]>',
        '\n  <![CDATA[\n a]]>\n ',
        ' <![CDATA[]]> ',
        ' <![CDATA[a]]>b',
        '<![CDATA[]]]]>',
        ']]>',
        '&amp;',
        '<B>c</B>',
        '<!--x-->',
      ),
    ),
    after: space,
  })
  .map(({ name, value, after }) => `<${name}>${value}</${name}>${after}`);
const push = fc
  .tuple(space, space, fc.array(element, { minLength: 1, maxLength: 6 }), space)
  .map(
    ([before, inside, elements, after]) =>
      `${before}<xml>${inside}${elements.join('')}</xml>${after}`,
  );

describe('the reader of flat XML', () => {
  it.each(['receiptDelivered', 'receiptFreqLimit'] as const)(
    'the reader of flat XML reads %s',
    (sample) => {
      const fields = readFlatXml(EVENT_SAMPLES[sample]);
      expect(fields).toMatchObject({ Event: 'TEMPLATESENDJOBFINISH', MsgType: 'event' });
      expect(fields).toEqual(byTheRealParser(EVENT_SAMPLES[sample]));
    },
  );

  it('the reader of flat XML reads what people wrote as they wrote it', () => {
    expect(readFlatXml('<xml><Content><![CDATA[</xml><Event>&amp;]]]></Content></xml>')).toEqual({
      Content: '</xml><Event>&amp;]',
    });
  });

  it('the reader of flat XML passes the byte order mark and white space around elements by', () => {
    expect(readFlatXml('\ufeff\n <xml>\r\n\t<A>1</A> </xml>\n')).toEqual({ A: '1' });
  });

  it('the reader of flat XML takes white space around a value for none of it, inside CDATA and outside', () => {
    expect(
      readFlatXml('<xml><A><![CDATA[\n a b ]]></A><B>\n  <![CDATA[c]]>\n</B><C> 1 </C></xml>'),
    ).toEqual({ A: 'a b', B: 'c', C: '1' });
  });

  it.each([
    ['nested elements', EVENT_SAMPLES.popupOfTwo],
    ['a name that is there twice', '<xml><A>1</A><A>2</A></xml>'],
    ['a name that objects have', '<xml><constructor>1</constructor></xml>'],
    ['__proto__', '<xml><__proto__>1</__proto__></xml>'],
    ['attributes', '<xml><A b="c">1</A></xml>'],
    ['an empty tag', '<xml><A/></xml>'],
    ['a comment', '<xml><!-- --><A>1</A></xml>'],
    ['a declaration', '<?xml version="1.0"?><xml><A>1</A></xml>'],
    ['a document type', '<!DOCTYPE xml><xml><A>1</A></xml>'],
    ['entities', '<xml><A>&lt;</A></xml>'],
    ['text and CDATA together', '<xml><A>1<![CDATA[2]]></A></xml>'],
    ['text beside elements', '<xml>text<A>1</A></xml>'],
    ['another root', '<root><A>1</A></root>'],
    ['something after the root', '<xml><A>1</A></xml>2'],
    ['an end that is missing', '<xml><A>1</A>'],
    ['CDATA without an end', '<xml><A><![CDATA[1</A></xml>'],
    ['the wrong closing tag', '<xml><A>1</B></xml>'],
    ['nothing', ''],
  ])('the reader of flat XML leaves %s to the real parser', (_what, text) => {
    expect(readFlatXml(text)).toBeUndefined();
  });

  it('the reader of flat XML reads nothing otherwise than the real parser does', () => {
    let read = 0;
    fc.assert(
      fc.property(push, (text) => {
        const fields = readFlatXml(text);
        if (fields === undefined) return;
        read++;
        expect(byTheRealParser(text)).toEqual(fields);
      }),
      { numRuns: 2_000 },
    );
    expect(read).toBeGreaterThan(200);
  });

  it('the reader of flat XML comes back from a megabyte of anything', () => {
    for (const unit of ['<', '<xml>', '<a>', '<xml><a>', '<![CDATA[', ']]>', '&', ' ', '<a></a>']) {
      expect(readFlatXml(`<xml>${unit.repeat((1024 * 1024) / unit.length)}`)).toBeUndefined();
    }
  });
});
