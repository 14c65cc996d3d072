import { clientMsgId, newBroadcastId, uuidV7Floor, readMsgid } from './ids.js';

describe('a broadcast id', () => {
  const at = new Date('2026-11-21T08:00:00.123Z');

  it('a broadcast id is a UUIDv7 of the given instant', () => {
    expect(newBroadcastId(at)).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    expect(newBroadcastId(at).slice(0, 13)).toBe(uuidV7Floor(at).slice(0, 13));
    expect(newBroadcastId(at)).not.toBe(newBroadcastId(at));
  });

  it('a broadcast id lies above the floor of its instant and below that of the next', () => {
    const id = newBroadcastId(at);
    expect(uuidV7Floor(at) < id).toBe(true);
    expect(id < uuidV7Floor(new Date(at.getTime() + 1))).toBe(true);
  });
});

describe('a client_msg_id', () => {
  it('a client_msg_id is 32 hex characters, the same for every retry, another for everything else', () => {
    const id = clientMsgId('b', 'o', 0);
    expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect(clientMsgId('b', 'o', 0)).toBe(id);
    expect(
      new Set([id, clientMsgId('c', 'o', 0), clientMsgId('b', 'p', 0), clientMsgId('b', 'o', 1)])
        .size,
    ).toBe(4);
  });
});

describe('a msgid', () => {
  it.each([
    ['0', '0'],
    ['0042', '42'],
    ['9223372036854775807', '9223372036854775807'],
    ['9223372036854775808', undefined],
    ['18446744073709551615', undefined],
    ['-1', undefined],
    ['1e3', undefined],
    ['', undefined],
  ])('a msgid that reads "%s" is %s', (text, msgid) => {
    expect(readMsgid(text)).toBe(msgid);
  });
});
