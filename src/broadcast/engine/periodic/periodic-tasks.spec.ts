import type { PeriodicTask } from './periodic-task.js';
import { PeriodicTasks } from './periodic-tasks.js';

describe('the periodic tasks of a worker', () => {
  it('the periodic tasks of a worker go on while one of them waits for a queue that is away, and that one is not begun twice', async () => {
    const ran: string[] = [];
    const quick = (what: string): PeriodicTask => ({
      what,
      everyMs: 0,
      run: () => Promise.resolve(void ran.push(what)),
    });
    const stuck: PeriodicTask = {
      what: 'stuck',
      everyMs: 0,
      run: () => {
        ran.push('stuck');
        return new Promise(() => {});
      },
    };
    const tasks = new PeriodicTasks([quick('before'), stuck, quick('after')]);
    await tasks.run();
    await tasks.run();
    expect(ran).toEqual(['before', 'stuck', 'after', 'before', 'after']);
  });

  it('the periodic tasks of a worker cost each other nothing where one fails', async () => {
    let ran = 0;
    const tasks = new PeriodicTasks([
      { what: 'broken', everyMs: 0, run: () => Promise.reject(new Error('broken')) },
      { what: 'whole', everyMs: 0, run: () => Promise.resolve(void ran++) },
    ]);
    await tasks.run();
    await tasks.run();
    expect(ran).toBe(2);
  });
});
