import { readInterceptions } from './interceptions.js';

const entry = {
  id: 7,
  tmpl_msg_id: 't',
  title: '课程',
  content: '课程：数学',
  send_timestamp: 1_714_036_504,
  openid: 'otFpruAK8D-E6EfStSYonYSBZ8_4',
};
const read = {
  id: 7,
  openid: entry.openid,
  content: entry.content,
  sentAt: new Date('2024-04-25T09:15:04Z'),
};

describe('interceptions', () => {
  it('interceptions are read from a list, as WeChat answers, and from an object, as its page has it', () => {
    expect(readInterceptions({ errcode: 0, msginfo: [entry, entry] })).toEqual([read, read]);
    expect(readInterceptions({ errcode: 0, msginfo: entry })).toEqual([read]);
  });

  it('interceptions are none where nothing was intercepted', () => {
    for (const msginfo of [undefined, null, [], {}, ''])
      expect(readInterceptions({ msginfo })).toEqual([]);
  });

  it('interceptions take numbers as text, and times in milliseconds', () => {
    const odd = { ...entry, id: '7', send_timestamp: '1714036504000' };
    expect(readInterceptions({ msginfo: [odd] })).toEqual([read]);
  });

  it('interceptions leave out what cannot be read, and keep its neighbours', () => {
    const bad = [
      { ...entry, openid: 'a b' },
      { ...entry, id: -1 },
      { ...entry, send_timestamp: 'yesterday' },
      { ...entry, send_timestamp: 1e300 },
      null,
      'text',
    ];
    expect(readInterceptions({ msginfo: [...bad, entry] })).toEqual([read]);
  });
});
