import fc from 'fast-check';
import { EVENT_SAMPLES } from '../../test/support/wechat/wechat-vectors.js';
import { formatOf, MalformedPush, type PushFields, readPush } from './push-fields.js';

const read = (text: string): PushFields | 'malformed' => {
  try {
    return readPush(text);
  } catch (error) {
    if (error instanceof MalformedPush) return 'malformed';
    throw error;
  }
};

describe('reading a push', () => {
  it('reading a push reads nested XML, with repeated elements as a list', () => {
    expect(readPush(EVENT_SAMPLES.popupOfTwo)).toMatchObject({
      Event: 'subscribe_msg_popup_event',
      SubscribeMsgPopupEvent: {
        List: [
          { SubscribeStatusString: 'accept', PopupScene: '2' },
          { SubscribeStatusString: 'reject', PopupScene: '2' },
        ],
      },
    });
  });

  it.each([
    ['flat XML', '<xml><Event><![CDATA[\n x y ]]></Event></xml>'],
    ['indented XML', '<xml>\n <Event>\n  <![CDATA[ x y ]]>\n </Event>\n</xml>'],
    ['other XML', '<?xml version="1.0"?><xml><Event>\n <![CDATA[ x y ]]> </Event></xml>'],
    ['JSON', '{"Event":" x y\\n"}'],
  ])('reading a push takes white space around a value for none of it, in %s', (_what, text) => {
    expect(readPush(text)).toEqual({ Event: 'x y' });
  });

  it('reading a push reads JSON', () => {
    expect(readPush(EVENT_SAMPLES.sentAsJson)).toMatchObject({
      Event: 'subscribe_msg_sent_event',
      List: { MsgID: '1864323726461255680', ErrorCode: '0' },
    });
  });

  it('reading a push keeps every digit of a bare number, and leaves strings that hold digits alone', () => {
    const fields = readPush(
      '{"MsgID": 271781022721654784, "List":[{"MsgID":3487542469355618313}], "n":-1.50, "Content":"\\"MsgID\\": 1"}',
    );
    expect(fields).toEqual({
      MsgID: '271781022721654784',
      List: [{ MsgID: '3487542469355618313' }],
      n: '-1.50',
      Content: '"MsgID": 1',
    });
  });

  it('reading a push takes XML with what WeChat does not write today: a declaration, attributes, entities, other line ends', () => {
    expect(
      readPush(
        '\ufeff<?xml version="1.0"?>\r\n<xml a="b"><A c="d">&lt;1&gt;</A>\r\n<B/></xml>\r\n',
      ),
    ).toEqual({ A: '<1>', B: '' });
  });

  it.each([
    ['nothing', ''],
    ['white space', ' \n\t'],
    ['text', 'hello'],
    ['a list', '[1]'],
    ['JSON cut short', '{"a":'],
    ['JSON with a bare control character', '{"a":"\u0001"}'],
    ['XML cut short', '<xml><A>1</A>'],
    ['XML that is only text', '<xml>text</xml>'],
    ['an entity nobody declared', '<xml><A>&bomb;</A></xml>'],
    ['a document type', '<!DOCTYPE xml [<!ENTITY a "b">]><xml><A>&a;</A></xml>'],
    ['an element with the name of xml2js own text key', '<xml><_>1</_><A>2</A></xml>'],
    ['a NUL in a name', '<xml><A\0>1</A\0></xml>'],
  ])('reading a push refuses %s', (_what, text) => {
    expect(read(text)).toBe('malformed');
  });

  it('reading a push knows a format by its first character alone', () => {
    expect(formatOf('\ufeff \n<')).toBe('xml');
    expect(formatOf('\ufeff{')).toBe('json');
    expect(formatOf('"<"')).toBeUndefined();
  });

  it('reading a push changes no prototype', () => {
    for (const text of [
      '<xml><__proto__><polluted>1</polluted></__proto__><A/></xml>',
      '<xml><constructor><prototype><polluted>1</polluted></prototype></constructor></xml>',
      '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}',
    ]) {
      read(text);
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    }
  });

  it('reading a push comes back from deep and wide nonsense', () => {
    const deep = 100_000;
    expect(read('{"a":'.repeat(deep))).toBe('malformed');
    expect(read(`{"a":${'['.repeat(deep)}${']'.repeat(deep)}}`)).toBeDefined();
    expect(read('<a>'.repeat(deep))).toBe('malformed');
    expect(read('<a>'.repeat(deep) + '</a>'.repeat(deep))).toBeDefined();
    expect(read(`<xml>${'<a/>'.repeat(deep)}</xml>`)).toBeDefined();
    expect(read(`<xml>${'&amp;'.repeat(deep)}</xml>`)).toBe('malformed');
  });

  it('reading a push throws nothing but MalformedPush, whatever it is given', () => {
    const piece = fc.constantFrom(
      '<xml>',
      '</xml>',
      '<A>',
      '</A>',
      '<A/>',
      '<![CDATA[',
      ']]>',
      '<!--',
      '-->',
      '<?x',
      '?>',
      '<!DOCTYPE',
      '&',
      ';',
      '<_>',
      '</_>',
      '<cdata>',
      '</cdata>',
      '<#name>',
      '{',
      '}',
      '[',
      ']',
      '"',
      ':',
      ',',
      '1e999',
      '\0',
      '\ufeff',
      '\ud800',
    );
    fc.assert(
      fc.property(
        fc.array(fc.oneof(piece, fc.string({ maxLength: 3 })), { maxLength: 30 }),
        (pieces) => {
          read(pieces.join(''));
          read(`<xml>${pieces.join('')}</xml>`);
          read(`{"a":"${pieces.join('')}"}`);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
