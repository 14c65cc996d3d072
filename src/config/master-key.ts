import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cannotStart } from '../kernel/start-fault.js';

const KEY_BYTES = 32;

/**
 * The master key of an embedded database: made once in its folder, readable by its owner alone.
 * Of several processes that make one at once a single one wins, and all return the winner's. It is on disk
 * before anything can be sealed under it.
 */
export async function makeMasterKey(dataDir: string): Promise<Buffer> {
  const file = join(dataDir, 'master.key');
  const existing = await readKey(file);
  if (existing !== undefined) return existing;
  await mkdir(dataDir, { recursive: true });
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    const handle = await open(draft, 'wx', 0o600);
    try {
      await handle.writeFile(`${randomBytes(KEY_BYTES).toString('base64')}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    // Unlike creating the file and then writing it, a link appears complete or not at all.
    await link(draft, file).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(draft, { force: true });
  }
  await syncFolder(dataDir);
  const key = await readKey(file);
  if (key === undefined) throw new Error(`${file} has been removed while it was being made`);
  return key;
}

async function readKey(file: string): Promise<Buffer | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw cannotStart(
      `无法读取主密钥 ${file}：当前用户必须是它的所有者。`,
      `the master key ${file} cannot be read: this user must be its owner.`,
      { cause: error },
    );
  }
  const key = Buffer.from(text.trim(), 'base64');
  if (key.length === KEY_BYTES) return key;
  throw cannotStart(
    `${file} 中不是主密钥（应为 base64 编码的 32 字节）：请从备份恢复该文件，否则数据库中的密钥无法打开。`,
    `${file} does not hold a master key (32 bytes in base64). Bring the file back from a backup: ` +
      'without it the secrets in the database cannot be opened.',
  );
}

async function syncFolder(dir: string): Promise<void> {
  if (process.platform === 'win32') return; // a folder cannot be opened there
  const folder = await open(dir, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
