import type { RandomSource } from './random-source.js';
import type { Fault, Role, StoreName } from './plan.js';

/** A store may be away for as long as a fail-over takes, or a restart. */
const LONG_OUTAGE_MS = 60_000;
const MAX_RESTART_MS = 15_000;
/** The lease of a claim is 30 s. */
export const BEYOND_LEASE_MS = 33_000;

export type DrawFault = (random: RandomSource) => Fault;

/** Nothing makes a round longer, so only the seed chooses it. */
export const LONG_OUTAGE: DrawFault = () => ({
  kind: 'postgres-away',
  how: 'stop',
  downMs: LONG_OUTAGE_MS,
});

/** All other kinds of incidents. Successive seeds take successive ones, so that a series of rounds covers all. */
export const INCIDENTS: readonly DrawFault[] = [
  ({ ms }) => ({ kind: 'kill', role: 'worker-1', downMs: ms(0, 3_000) }),
  ({ ms }) => ({ kind: 'freeze', role: 'worker-2', forMs: BEYOND_LEASE_MS + ms(0, 4_000) }),
  ({ ms }) => ({ kind: 'postgres-away', how: 'stop', downMs: ms(2_000, MAX_RESTART_MS) }),
  ({ ms }) => ({ kind: 'kill', role: 'callback', downMs: ms(0, 3_000) }),
  ({ times }) => ({ kind: 'connections-cut', of: 'commit', when: 'after', times: times(1, 6) }),
  ({ ms }) => ({ kind: 'kill-all', downMs: ms(0, 3_000) }),
  ({ times }) => ({ kind: 'connections-cut', of: 'statement', when: 'after', times: times(1, 12) }),
  ({ ms }) => ({ kind: 'postgres-away', how: 'kill', downMs: ms(0, 10_000) }),
  ({ times }) => ({ kind: 'connections-cut', of: 'commit', when: 'before', times: times(1, 6) }),
  ({ ms }) => ({ kind: 'kill', role: 'api', downMs: ms(0, 3_000) }),
  ({ ms }) => ({ kind: 'both-away', downMs: ms(1_000, 8_000) }),
  ({ times }) => ({
    kind: 'connections-cut',
    of: 'statement',
    when: 'before',
    times: times(1, 12),
  }),
  () => ({ kind: 'connections-ended' }),
];

export const REDIS_INCIDENTS: readonly DrawFault[] = [
  () => ({ kind: 'redis-empty' }),
  ({ ms }) => ({ kind: 'redis-kill', downMs: ms(0, 6_000) }),
  ({ ms, times }) => ({
    kind: 'redis-loses-writes',
    bytes: times(200, 60_000),
    downMs: ms(0, 3_000),
  }),
];

const silence =
  (of: StoreName, to: Role, minMs = 2_000): DrawFault =>
  ({ ms }) => ({ kind: 'silence', of, to, forMs: minMs + ms(0, 15_000) });
/** The callback reads the database no more often than this. */
const CALLBACK_POLL_MS = 16_000;

/** Connections that stay and carry nothing, and a frozen worker beside others. Every round has one of them. */
export const SILENCES: readonly DrawFault[] = [
  silence('postgres', 'worker-1'),
  ({ ms }) => ({ kind: 'freeze-beside', role: 'worker-2', forMs: BEYOND_LEASE_MS + ms(0, 4_000) }),
  silence('postgres', 'api'),
  silence('postgres', 'callback', CALLBACK_POLL_MS),
];

export const REDIS_SILENCES: readonly DrawFault[] = [
  silence('redis', 'worker-2'),
  silence('redis', 'callback'),
];

/** What WeChat does wrong, and the network to it. */
export const WECHAT_INCIDENTS: readonly DrawFault[] = [
  ({ times, seed }) => ({
    kind: 'wechat',
    name: 'accepted, then the connection drops',
    rule: {
      when: { probability: 0.15, seed: seed(), times: times(5, 40) },
      fault: { kind: 'drop', accepted: true },
    },
  }),
  ({ times }) => ({
    kind: 'wechat',
    name: 'busy (-1) in bursts',
    rule: {
      when: { every: times(40, 80), length: times(5, 25), times: times(20, 80) },
      fault: { kind: 'errcode', errcode: -1 },
    },
  }),
  () => ({ kind: 'token-expires', errcode: 42001 }),
  ({ times, seed }) => ({
    kind: 'wechat',
    name: 'accepted, and yet busy (-1)',
    rule: {
      when: { probability: 0.15, seed: seed(), times: times(5, 40) },
      fault: { kind: 'errcode', errcode: -1, accepted: true },
    },
  }),
  ({ times }) => ({
    kind: 'wechat',
    name: 'accepted, answered after the time-out',
    rule: {
      when: { every: 9, times: times(3, 12) },
      fault: { kind: 'delay', ms: 9_000, accepted: true },
    },
  }),
  () => ({ kind: 'token-expires', errcode: 40001 }),
  ({ times, seed }) => ({
    kind: 'wechat',
    name: 'accepted, the answer cut in its middle',
    rule: {
      when: { probability: 0.15, seed: seed(), times: times(5, 30) },
      fault: { kind: 'cut', accepted: true },
    },
  }),
  ({ times, seed }) => ({
    kind: 'wechat',
    name: "accepted, and a gateway's page instead of the answer",
    rule: {
      when: { probability: 0.15, seed: seed(), times: times(5, 30) },
      fault: { kind: 'http', status: 502, body: '<html>Bad Gateway</html>', accepted: true },
    },
  }),
];
