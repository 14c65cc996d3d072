import { isPlainlyOwn } from './own-events.js';
import { readFlatXml } from './flat-xml.js';

const receipt = ({ space = '', status = 'success', more = '' } = {}): string =>
  [
    '<xml><ToUserName><![CDATA[gh_7f083739789a]]></ToUserName>',
    '<FromUserName><![CDATA[oia2TjuEGTNoeX76QEjQNrcURxG8]]></FromUserName>',
    '<CreateTime>1395658920</CreateTime>',
    '<MsgType><![CDATA[event]]></MsgType>',
    '<Event><![CDATA[TEMPLATESENDJOBFINISH]]></Event>',
    `<MsgID>200163836</MsgID>${more}`,
    `<Status><![CDATA[${status}]]></Status>`,
    '</xml>',
  ].join(space);

describe('events that nobody but us waits for', () => {
  it.each([
    ['as WeChat writes it', receipt()],
    ['on lines of its own', receipt({ space: '\n' })],
    ['of a block', receipt({ status: 'failed:user block' })],
    ['with something new in it', receipt({ more: '<Extra>1</Extra>' })],
    ['with a status of other signs', receipt({ status: 'failed: 系统' })],
  ])('events that nobody but us waits for are a receipt %s', (_, text) => {
    expect(isPlainlyOwn(Buffer.from(text))).toBe(true);
    expect(readFlatXml(text)?.['Event']).toBe('TEMPLATESENDJOBFINISH');
  });

  it.each([
    ['a person wrote', receipt().replace('[event]', '[text]')],
    ['is of a menu', receipt().replace('TEMPLATESENDJOBFINISH', 'CLICK')],
    ['names its event twice', receipt({ more: '<Event><![CDATA[CLICK]]></Event>' })],
    ['goes on after its end', `${receipt()}<xml></xml>`],
    ['has markup in its status', receipt({ status: 'success]]><Content><![CDATA[x' })],
  ])('events that nobody but us waits for are not what %s', (_, text) => {
    expect(isPlainlyOwn(Buffer.from(text))).toBe(false);
  });
});
