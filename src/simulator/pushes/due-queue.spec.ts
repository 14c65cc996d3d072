import { SeededRandom } from '../kernel/seeded-random.js';
import { DueQueue } from './due-queue.js';

const drain = (queue: DueQueue): number[] => {
  const items: number[] = [];
  for (let item = queue.take(); item !== undefined; item = queue.take()) items.push(item);
  return items;
};

describe('the queue of what is due', () => {
  it('the due queue gives items out by time, in whatever order they were put in', () => {
    const random = new SeededRandom(1);
    const dueAt = Array.from({ length: 5_000 }, () => Math.floor(random.next() * 1_000));
    const queue = new DueQueue();
    dueAt.forEach((time, item) => queue.put(item, time, item));

    const expected = dueAt
      .map((time, item) => ({ time, item }))
      .toSorted((one, other) => one.time - other.time || one.item - other.item);
    expect(queue.nextDueAt).toBe(expected[0]?.time);
    expect(drain(queue)).toEqual(expected.map(({ item }) => item));
  });

  it('the due queue gives items of the same time out by their order number', () => {
    const queue = new DueQueue();
    [3, 1, 2].forEach((order) => queue.put(order * 10, 5, order));
    expect(drain(queue)).toEqual([10, 20, 30]);
  });

  it('an empty due queue has nothing due', () => {
    const queue = new DueQueue();
    queue.put(1, 1, 1);
    queue.clear();
    expect(queue.nextDueAt).toBe(Infinity);
    expect(queue.take()).toBeUndefined();
  });
});
