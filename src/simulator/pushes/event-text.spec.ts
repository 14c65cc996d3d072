import { eventText } from './event-text.js';

describe('the text of an event', () => {
  const fields = { FromUserName: 'o1', MsgID: 3557254367693750277n, Status: 'failed:user block' };

  it('the text of an event puts words in CDATA and leaves numbers bare', () => {
    expect(eventText('xml', fields)).toBe(
      '<xml><FromUserName><![CDATA[o1]]></FromUserName><MsgID>3557254367693750277</MsgID><Status><![CDATA[failed:user block]]></Status></xml>',
    );
  });

  it('the text of an event has exact 64-bit numbers in JSON too', () => {
    expect(eventText('json', fields)).toBe(
      '{"FromUserName":"o1","MsgID":3557254367693750277,"Status":"failed:user block"}',
    );
  });

  it('a value cannot end its CDATA section', () => {
    expect(eventText('xml', { Content: 'a]]>b' })).toBe(
      '<xml><Content><![CDATA[a]]]]><![CDATA[>b]]></Content></xml>',
    );
  });
});
