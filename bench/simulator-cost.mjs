// What one template send costs the simulator: processor time per send with the ledger on and every receipt
// pushed and checked, and the memory after all of them. Needs a build; prints one line.
//   node bench/simulator-cost.mjs [--sends 100000] [--followers 1000000] [--mode plain] [--connections 64] [--json]
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Pool } from 'undici';

const { values } = parseArgs({
  options: {
    sends: { type: 'string', default: '100000' },
    followers: { type: 'string', default: '1000000' },
    mode: { type: 'string', default: 'plain' },
    connections: { type: 'string', default: '64' },
    json: { type: 'boolean', default: false },
    entry: {
      type: 'string',
      default: fileURLToPath(new URL('../dist/simulator/main.js', import.meta.url)),
    },
  },
});
const sends = Number(values.sends);
const connections = Number(values.connections);
const WARM_UP = Math.min(5_000, sends);

const callback = createServer((request, response) => {
  request.resume().on('end', () => response.end('success'));
}).listen(0, '127.0.0.1');
await once(callback, 'listening');

const simulator = spawn(
  process.execPath,
  [
    values.entry,
    '--port=0',
    `--followers=${values.followers}`,
    `--callback=http://127.0.0.1:${callback.address().port}/`,
    `--callback-mode=${values.mode}`,
    `--encoding-aes-key=${'A'.repeat(43)}`,
    '--daily-limit=1000000000',
    '--minute-limit=1000000000',
  ],
  { stdio: ['ignore', 'pipe', 'inherit'] },
);
try {
  const [greeting] = await once(simulator.stdout, 'data');
  const origin = /http:\/\/[\d.]+:\d+/.exec(String(greeting))[0];
  const pool = new Pool(origin, { connections });

  const call = async (method, path, body) => {
    const answer = await pool.request({ method, path, body: body && JSON.stringify(body) });
    return answer.body.json();
  };

  const { items } = await call('GET', '/__accounts');
  const { appid, secret, templates } = items[0];
  const { access_token: token } = await call('POST', '/cgi-bin/stable_token', {
    grant_type: 'client_credential',
    appid,
    secret,
  });
  const templateId = templates[1].templateId;
  const openids = [];
  for (let next = ''; openids.length < Math.min(sends, Number(values.followers));) {
    const page = await call('GET', `/cgi-bin/user/get?access_token=${token}&next_openid=${next}`);
    openids.push(...page.data.openid);
    next = page.next_openid;
  }

  const path = `/cgi-bin/message/template/send?access_token=${token}`;
  const data =
    '"data":{"thing1":{"value":"秋季公开课"},"time2":{"value":"2026年11月28日 19:30"},"thing3":{"value":"三号楼报告厅"}}';
  let sent = 0;
  const sendUpTo = (limit) =>
    Promise.all(
      Array.from({ length: connections }, async () => {
        while (sent < limit) {
          const number = sent++;
          const id = number.toString(16).padStart(32, '0');
          const openid = openids[number % openids.length];
          const body = `{"touser":"${openid}","template_id":"${templateId}",${data},"client_msg_id":"${id}"}`;
          const answer = await pool.request({ method: 'POST', path, body });
          await answer.body.dump();
        }
      }),
    );

  /** The simulator's books once every receipt was answered. */
  const settled = async () => {
    for (;;) {
      const stats = await call('GET', '/__stats');
      if (stats.accounts[appid].callbacks.pending === 0) return stats;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };

  await sendUpTo(WARM_UP);
  const before = await settled();
  const startedAt = performance.now();
  await sendUpTo(WARM_UP + sends);
  const after = await settled();
  const seconds = (performance.now() - startedAt) / 1000;

  const result = {
    microsPerSend: Math.round((after.process.cpuMicros - before.process.cpuMicros) / sends),
    sends,
    accepted: after.accepted,
    receiptsAnswered: after.accounts[appid].callbacks.ok,
    sendsPerSecond: Math.round(sends / seconds),
    rssMiB: Math.round(after.process.rssBytes / 1_048_576),
  };
  console.log(
    values.json
      ? JSON.stringify(result)
      : `simulator: ${result.microsPerSend} µs of processor time per send, ledger on, ${result.receiptsAnswered} ${values.mode} receipts pushed; ` +
          `${result.rssMiB} MiB after ${result.accepted} sends to ${values.followers} followers (${result.sendsPerSecond}/s)`,
  );
  await pool.destroy();
} finally {
  simulator.kill();
  callback.close();
  callback.closeAllConnections();
}
