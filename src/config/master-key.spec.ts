import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeMasterKey } from './master-key.js';

describe('the master key of an embedded database', () => {
  let dir: string;
  beforeEach(async () => {
    dir = join(await mkdtemp(join(tmpdir(), 'weicast-key-')), 'data');
  });
  afterEach(() => rm(join(dir, '..'), { recursive: true }));

  it('the master key of an embedded database is made once, for its owner alone, and stays', async () => {
    const key = await makeMasterKey(dir);

    expect(key).toHaveLength(32);
    expect(await makeMasterKey(dir)).toEqual(key);
    expect((await stat(join(dir, 'master.key'))).mode & 0o777).toBe(0o600);
    expect(await readdir(dir)).toEqual(['master.key']);
  });

  it('the master key of an embedded database is the same for all who make it at once', async () => {
    const keys = await Promise.all(Array.from({ length: 20 }, () => makeMasterKey(dir)));

    expect(new Set(keys.map((key) => key.toString('hex'))).size).toBe(1);
    expect(await readdir(dir)).toEqual(['master.key']);
  });

  it('the master key of an embedded database is not made anew over a file that is damaged', async () => {
    await makeMasterKey(dir);
    await writeFile(join(dir, 'master.key'), 'half a k');

    await expect(makeMasterKey(dir)).rejects.toThrow('does not hold a master key');
  });
});
