import { inByteOrder } from '../../dist/kernel/ids.js';
import { randomOf, seedOf, urlSafeOf } from './random.mjs';

/** As many refuse the account's messages at some time. */
const BLOCK = 0.08;
/** Of those who leave, as many do so unheard: the next message to them is refused. */
const UNHEARD = 0.5;
const NEVER = 0xffff_ffff;

/**
 * Everybody who was ever sent to, in the order of their openids, as typed arrays: `ranks`, and `blocksAt`, the index of
 * the broadcast whose receipt says that they refuse. Followers on record get the highest ranks, so that they are there
 * to the end; whoever is made up beside them has left, as WeChat's list does not have them.
 */
export function peopleOf(broadcasts, known, seed) {
  const random = randomOf(seedOf(seed, 0x70656f70));
  const last = broadcasts.at(-1);
  const kept = shuffled([...known], random).slice(0, last.hi - last.lo);
  const madeUp = last.hi - kept.length;
  const prefix = `o${urlSafeOf(random, 6)}`;
  const everybody = [
    ...shuffled(
      Array.from({ length: madeUp }, (_, rank) => rank),
      random,
    ).map((rank) => ({
      openid: prefix + urlSafeOf(random, 21),
      rank,
    })),
    ...kept.map((openid, n) => ({ openid, rank: madeUp + n })),
  ].sort((a, b) => inByteOrder(a.openid, b.openid));
  const ranks = Uint32Array.from(everybody, ({ rank }) => rank);
  const lastOf = lastBroadcastOf(broadcasts);
  const blocksAt = new Uint32Array(ranks.length).fill(NEVER);
  const isUnheard = new Uint8Array(ranks.length);
  for (const [n, rank] of ranks.entries()) {
    const [blocks, at, unheard] = [random(), random(), random()];
    const index =
      firstOf(broadcasts, rank) + Math.floor(at * (lastOf(rank) - firstOf(broadcasts, rank) + 1));
    if (blocks < BLOCK && !broadcasts[index].isCancelled) blocksAt[n] = index;
    if (rank < last.lo && unheard < UNHEARD) isUnheard[n] = 1;
  }
  return {
    openids: everybody.map(({ openid }) => openid),
    ranks,
    blocksAt,
    /** Whether the last broadcast to them, of that index, found them gone. */
    isRefusedAt: (n, index) => isUnheard[n] === 1 && lastOf(ranks[n]) === index,
    lastOf: (n) => lastOf(ranks[n]),
    isMadeUp: (n) => ranks[n] < madeUp,
    hasLeft: (n) => ranks[n] < last.lo || (known.length > 0 && ranks[n] < madeUp),
  };
}

/** The index of the first broadcast to somebody of that rank. */
function firstOf(broadcasts, rank) {
  let [from, to] = [0, broadcasts.length - 1];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (broadcasts[middle].hi > rank) to = middle;
    else from = middle + 1;
  }
  return from;
}

/** The same of the last one. */
const lastBroadcastOf = (broadcasts) => (rank) => {
  let [from, to] = [0, broadcasts.length - 1];
  while (from < to) {
    const middle = (from + to + 1) >> 1;
    if (broadcasts[middle].lo <= rank) from = middle;
    else to = middle - 1;
  }
  return from;
};

function shuffled(items, random) {
  for (let n = items.length - 1; n > 0; n--) {
    const other = Math.floor(random() * (n + 1));
    [items[n], items[other]] = [items[other], items[n]];
  }
  return items;
}
