import { FailedLogins } from './failed-logins.js';

const minutes = (n: number) => n * 60_000;

describe('failed logins', () => {
  let failedLogins: FailedLogins;
  beforeEach(() => {
    failedLogins = new FailedLogins();
  });
  const fail = (times: number, address: string, now = 0) => {
    for (let i = 0; i < times; i++) failedLogins.add(address, now);
  };

  it('shut an address out after the tenth, and nobody else', () => {
    fail(9, '192.0.2.1');
    expect(failedLogins.isBlocked('192.0.2.1', 0)).toBe(false);
    fail(1, '192.0.2.1');
    expect(failedLogins.isBlocked('192.0.2.1', 0)).toBe(true);
    expect(failedLogins.isBlocked('192.0.2.2', 0)).toBe(false);
  });

  it('are forgotten after ten minutes', () => {
    fail(10, '192.0.2.1');
    expect(failedLogins.isBlocked('192.0.2.1', minutes(9))).toBe(true);
    expect(failedLogins.isBlocked('192.0.2.1', minutes(10))).toBe(false);
    fail(1, '192.0.2.1', minutes(11));
    expect(failedLogins.isBlocked('192.0.2.1', minutes(11))).toBe(false);
  });

  it('of one IPv6 network count together, however its addresses are written', () => {
    for (let i = 0; i < 5; i++) {
      failedLogins.add(`2001:db8:0:1::${i}`, 0);
      failedLogins.add(`2001:db8:0:1:9:9:9:${i}`, 0);
    }
    expect(failedLogins.isBlocked('2001:db8:0:1:ffff::1', 0)).toBe(true);
    expect(failedLogins.isBlocked('2001:db8:0:2::1', 0)).toBe(false);
  });

  it('of IPv4 in IPv6 count by their address', () => {
    fail(10, '::ffff:192.0.2.1');
    expect(failedLogins.isBlocked('::ffff:192.0.2.1', 0)).toBe(true);
    expect(failedLogins.isBlocked('::ffff:192.0.2.2', 0)).toBe(false);
  });

  it('take a bounded memory: the oldest is forgotten first', () => {
    fail(10, '192.0.2.1');
    for (let i = 0; i < 10_000; i++) failedLogins.add(`198.18.${i >> 8}.${i & 255}`, 0);
    expect(failedLogins.isBlocked('192.0.2.1', 0)).toBe(false);
  });
});
