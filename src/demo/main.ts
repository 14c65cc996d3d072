import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environmentWith } from '../config/environment.js';
import { StartFault } from '../kernel/start-fault.js';
import { Service } from '../service.js';
import { stopOnSignals } from '../stop-on-signals.js';
import { AdminApi } from './admin-api.js';
import { type DemoOptions, readDemoOptions } from './demo-options.js';
import { type DemoFigures, isEveryoneSettled, runDemo } from './demo-run.js';
import { connectCallback, demoAccount, startDemoWechat } from './demo-wechat.js';
import { funnel } from './funnel.js';
import { Progress } from './progress.js';

try {
  const options = readDemoOptions(process.argv.slice(2));
  if (options) await demo(options);
} catch (error) {
  if (!(error instanceof StartFault)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}

/** `npm run demo` plays one broadcast, from an empty database to the last receipt. It needs no installed store. */
async function demo({ once, json, followers }: DemoOptions): Promise<void> {
  // With --json only the object goes to standard output.
  const out = json ? process.stderr : process.stdout;
  const print = (line: string): void => void out.write(`${line}\n`);
  const folder = await mkdtemp(join(tmpdir(), 'weicast-demo-'));
  // The embedded database does not run as root. Its user must be able to enter the folder.
  await chmod(folder, 0o711);
  const account = demoAccount();
  const wechat = await startDemoWechat(account, followers);
  const adminKey = randomBytes(24).toString('base64url');
  let started: Promise<Service> | undefined;
  const stop = async (): Promise<void> => {
    // A start that failed has nothing left to stop; one under way would leave its database behind.
    const running = await started?.catch(() => undefined);
    await running?.stop();
    await wechat.close();
    await rm(folder, { recursive: true, force: true });
  };
  let isStopping = false;
  stopOnSignals(
    async () => {
      isStopping = true;
      print('\n正在停止 … Stopping …');
      await stop();
    },
    undefined,
    { hasTerminal: true },
  );
  try {
    started = Service.start(
      environmentWith({
        WECHAT_API_BASE: wechat.url,
        WEICAST_ADMIN_KEY: adminKey,
        DATA_DIR: folder,
        LOG_LEVEL: 'warn',
        ...(once ? { PORT: '0' } : {}),
      }),
    );
    const service = await started;
    connectCallback(wechat, account, service.url);
    const progress = new Progress(out, followers);
    const { broadcast, figures } = await runDemo(
      new AdminApi(service.url, adminKey),
      wechat,
      account,
      {
        log: print,
        begun: async (id) => {
          const address = await service.consoleAddress(`/broadcasts/${id}`, 'ticket');
          if (address !== undefined && !once) print(watchHere(address));
        },
        progressed: (now) => progress.show(now),
      },
    );
    progress.end(broadcast);
    print(funnel(broadcast, out.columns));
    print(verdict(figures));
    if (json) process.stdout.write(`${JSON.stringify(figures)}\n`);
    if (!once) return print(addresses(service.url, wechat.url, broadcast.id, adminKey));
    process.exitCode = isEveryoneSettled(figures) ? 0 : 1;
  } catch (error) {
    // A stop interrupts what the demo waits for. The stop itself continues.
    if (isStopping) return;
    process.exitCode = 1;
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  }
  await stop();
  process.exit();
}

function verdict({ followers, seconds, duplicates, unknown, tokenCalls }: DemoFigures): string {
  return (
    `${followers} followers in ${seconds} s; seen twice by ${duplicates}, unknown ${unknown}, ` +
    `token calls ${tokenCalls}  重复 ${duplicates} · 结果未知 ${unknown} · 获取 token ${tokenCalls} 次`
  );
}

function watchHere(address: string): string {
  return `\n  在浏览器里看它发送（链接只能登录一次）watch it in a browser (logs in once):\n  ${address}\n`;
}

function addresses(url: string, wechatUrl: string, broadcastId: string, key: string): string {
  return [
    '',
    `  API        ${url}/v1/broadcasts/${broadcastId}`,
    `  OpenAPI    ${url}/docs`,
    `  Bull Board ${url}/queues   (sign in at ${url}/login)`,
    `  simulator  ${wechatUrl}/__stats`,
    `  key 密钥    ${key}`,
    '',
    '  Ctrl-C stops it. 按 Ctrl-C 结束。',
    '',
  ].join('\n');
}
