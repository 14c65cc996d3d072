import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createDeflateRaw, crc32 } from 'node:zlib';
import { encoded } from '../support/uploads/encoded.js';
import { freePorts } from '../support/stores/free-ports.js';
import { ProductWorld } from '../support/worlds/product-world.js';

const ROOT = join(import.meta.dirname, '../..');
const MIB = 1024 * 1024;
const ROWS = 1_000_000;
const SURNAMES = ['张', '王', '李', '赵', '陈'].map((name) => encoded('gb18030', name));

interface Measured {
  readonly seconds: number;
  readonly peakMib: number;
  /** Between two looks at the clock of the process that imports, at most. */
  readonly health: number;
}

/** The service as people run it, in a process of its own, so that its memory is its own. */
describe('an upload of 1,000,000 rows', () => {
  let world: ProductWorld;
  let service: ChildProcess;
  let url: string;

  beforeAll(async () => {
    world = await ProductWorld.open({ name: 'PostgreSQL' }, { followers: 3 });
    await world.ready();
    await world.stop();
    const [port = 0] = await freePorts(1);
    url = `http://127.0.0.1:${port}`;
    service = spawn(process.execPath, [join(ROOT, 'dist/main.js')], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: {
        PATH: process.env['PATH'],
        ...world.environment({ PORT: String(port), LOG_LEVEL: 'warn' }),
      },
    });
    await until(() =>
      fetch(`${url}/health/ready`).then(
        ({ ok }) => ok,
        () => false,
      ),
    );
  }, 120_000);
  afterAll(async () => {
    const gone = once(service, 'exit');
    service.kill('SIGTERM');
    await gone;
    await world.close();
  });

  async function until(isSo: () => Promise<boolean>): Promise<void> {
    while (!(await isSo())) await sleep(200);
  }
  const headers = () => ({ authorization: `Bearer ${world.adminKey}` });
  const show = async (id: string) =>
    (await (await fetch(`${url}/v1/uploads/${id}`, { headers: headers() })).json()) as {
      state: string;
      counts: Record<string, number>;
      error: unknown;
    };
  const rssMib = (): number =>
    Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${service.pid}/status`, 'utf8'))?.[1]) / 1024;

  async function measured(file: Buffer, type: string): Promise<Measured & { id: string }> {
    const began = performance.now();
    let peakMib = 0;
    let health = 0;
    let isOver = false;
    const watching = (async () => {
      while (!isOver) {
        peakMib = Math.max(peakMib, rssMib());
        const asked = performance.now();
        await fetch(`${url}/health/live`);
        health = Math.max(health, performance.now() - asked);
        await sleep(50);
      }
    })();
    const answer = await fetch(`${url}/v1/uploads?appid=${world.appid}&name=large&import=auto`, {
      method: 'POST',
      headers: { ...headers(), 'content-type': type },
      body: new Uint8Array(file),
    });
    const { id } = (await answer.json()) as { id: string };
    await until(async () => ['ready', 'failed'].includes((await show(id)).state));
    isOver = true;
    await watching;
    const result = { seconds: (performance.now() - began) / 1_000, peakMib, health };
    console.info(type, `${(file.length / MIB).toFixed(0)} MiB`, result);
    return { id, ...result };
  }

  it('an upload of 1,000,000 rows in GBK, a hundredth of them broken, is imported within a minute and 300 MiB', async () => {
    const lines = [encoded('gb18030', 'openid,姓名,城市,编号\n')];
    const city = encoded('gb18030', ',杭州市西湖区,');
    for (let i = 0; i < ROWS; i++) {
      const openid =
        i % 100 === 7 ? `bad ${i}` : `o${(i * 2_654_435_761) % 4_294_967_296}_${i}`.padEnd(28, 'x');
      lines.push(
        Buffer.from(`${openid},`),
        SURNAMES[i % 5] ?? Buffer.of(),
        city,
        Buffer.from(`${String(i).padStart(8, '0')}\n`),
      );
    }
    const { id, seconds, peakMib } = await measured(Buffer.concat(lines), 'text/csv');
    expect((await show(id)).counts).toMatchObject({ rows: ROWS, usable: 990_000, failed: 10_000 });
    expect(seconds).toBeLessThan(60);
    expect(peakMib).toBeLessThan(300);
  });

  it('an upload of a workbook of 1,000,000 rows is imported within 300 MiB', async () => {
    const { id, peakMib } = await measured(await largeWorkbook(), 'application/octet-stream');
    expect(await show(id)).toMatchObject({ state: 'ready', counts: { rows: ROWS, usable: ROWS } });
    expect(peakMib).toBeLessThan(300);
  });
});

/** A shared string for each openid, as Excel writes it; its sheet is made piece by piece. */
async function largeWorkbook(): Promise<Buffer> {
  const main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
  const parts: [name: string, content: Iterable<string>][] = [
    [
      'xl/workbook.xml',
      [
        `<workbook ${main} xmlns:r="r"><sheets><sheet name="名单" sheetId="1" r:id="rId1"/></sheets></workbook>`,
      ],
    ],
    [
      'xl/_rels/workbook.xml.rels',
      ['<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>'],
    ],
    ['xl/sharedStrings.xml', sharedStrings(main)],
    ['xl/worksheets/sheet1.xml', sheetOf(main)],
  ];
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of parts) {
    const { packed, bytes, crc } = await deflated(content);
    const facts = Buffer.alloc(26);
    facts.writeUInt16LE(20, 0);
    facts.writeUInt16LE(8, 4);
    facts.writeUInt32LE(crc, 10);
    facts.writeUInt32LE(packed.length, 14);
    facts.writeUInt32LE(bytes, 18);
    facts.writeUInt16LE(name.length, 22);
    const entry = Buffer.alloc(14);
    entry.writeUInt32LE(offset, 10);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), facts, Buffer.from(name), packed]);
    directory.push(Buffer.from('PK\x01\x02\x14\x00', 'latin1'), facts, entry, Buffer.from(name));
    locals.push(local);
    offset += local.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, listed, end]);
}

function* sharedStrings(main: string): Generator<string> {
  yield `<sst ${main}><si><t>openid</t></si><si><t>姓名</t></si>`;
  for (let i = 0; i < ROWS; i++)
    yield `<si><t>${`o${(i * 2_654_435_761) % 4_294_967_296}_${i}`.padEnd(28, 'x')}</t></si>`;
  yield '</sst>';
}

function* sheetOf(main: string): Generator<string> {
  yield `<worksheet ${main}><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>`;
  for (let i = 0; i < ROWS; i++)
    yield `<row r="${i + 2}"><c r="A${i + 2}" t="s"><v>${i + 2}</v></c><c r="B${i + 2}" t="inlineStr"><is><t>张${i}</t></is></c></row>`;
  yield '</sheetData></worksheet>';
}

async function deflated(content: Iterable<string>) {
  const deflate = createDeflateRaw();
  const packed: Buffer[] = [];
  deflate.on('data', (chunk: Buffer) => packed.push(chunk));
  let bytes = 0;
  let crc = 0;
  let held = '';
  const write = async (): Promise<void> => {
    const piece = Buffer.from(held);
    held = '';
    bytes += piece.length;
    crc = crc32(piece, crc);
    if (!deflate.write(piece)) await once(deflate, 'drain');
  };
  for (const piece of content) {
    held += piece;
    if (held.length > MIB) await write();
  }
  await write();
  const ended = once(deflate, 'end');
  deflate.end();
  await ended;
  return { packed: Buffer.concat(packed), bytes, crc };
}
