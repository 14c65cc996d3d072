import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import pg from 'pg';
import { ProductWorld } from '../../support/worlds/product-world.js';
import { encoded } from '../../support/uploads/encoded.js';
import { inline, workbook } from '../../support/uploads/workbook.js';

const A = 'oA23456789012345678901234567';
const B = 'oB23456789012345678901234567';
const LOWER = 'ob23456789012345678901234567';
const csv = (...lines: string[]): string => `${lines.join('\n')}\n`;

describe('an upload', () => {
  let world: ProductWorld;
  let db: pg.Client;

  beforeAll(async () => {
    world = await ProductWorld.open({ name: 'PostgreSQL' }, { followers: 3 }, LIMITS);
    await world.ready();
    db = new pg.Client({ connectionString: world.databaseUrl });
    await db.connect();
  });
  afterAll(async () => {
    await db.end();
    await world.close();
  });

  const LIMITS = { UPLOAD_MAX_BYTES: '3000000' };
  const show = async (id: string) => (await world.expect(200, 'GET', `/v1/uploads/${id}`)).json;
  const rowsOf = async (id: string) =>
    (await world.expect(200, 'GET', `/v1/uploads/${id}/rows`)).json.items;
  const errorsCsv = async (id: string, query = 'bom=0') =>
    (await world.call('GET', `/v1/uploads/${id}/errors.csv?${query}`)).text;
  const count = async (table: string, id: string): Promise<number> =>
    (
      await db.query<{ n: number }>(
        `select count(*)::integer as n from ${table} where upload_id = $1`,
        [id],
      )
    ).rows[0]?.n ?? -1;
  const imported = async (id: string): Promise<void> => {
    await world.expect(202, 'POST', `/v1/uploads/${id}/import`);
    await world.until(async () => (await show(id)).state === 'ready', 'the import');
  };

  it('an upload is received, looked at, corrected and imported, and tells what it holds', async () => {
    const file = encoded(
      'gb18030',
      csv('编号,姓名', `${A},张三`, `${B},李四`, 'x y,王五', `${A},张三`),
    );
    const { status, json } = await world.upload(file, { name: '秋季名单' });
    expect({ status, json }).toMatchObject({
      status: 201,
      json: {
        name: '秋季名单',
        size: file.length,
        sha256: createHash('sha256').update(file).digest('hex'),
      },
    });
    await world.until(async () => (await show(json.id)).state === 'previewed', 'the preview');
    expect(await show(json.id)).toMatchObject({
      format: 'csv',
      encoding: 'gb18030',
      delimiter: ',',
      columns: ['编号', '姓名'],
      openidColumn: null,
      preview: {
        rows: [
          [A, '张三'],
          [B, '李四'],
          ['x y', '王五'],
          [A, '张三'],
        ],
      },
      error: { code: 'openid_column_missing' },
      can: { import: { ok: false, code: 'openid_column_missing' }, change: { ok: true } },
    });
    const refused = await world.call('POST', `/v1/uploads/${json.id}/import`);
    expect(refused).toMatchObject({ status: 422, json: { code: 'openid_column_missing' } });

    await world.expect(200, 'PATCH', `/v1/uploads/${json.id}`, { openidColumn: '编号' });
    await world.until(async () => (await show(json.id)).state === 'previewed', 'the second look');
    await imported(json.id);
    expect(await show(json.id)).toMatchObject({
      state: 'ready',
      counts: { rows: 4, usable: 2, failed: 1, duplicates: 1, followers: 0, strangers: 2 },
      error: null,
    });
    expect(await rowsOf(json.id)).toEqual([
      { openid: A, line: 2, values: { 姓名: '张三' } },
      { openid: B, line: 3, values: { 姓名: '李四' } },
    ]);
    const { json: errors } = await world.expect(200, 'GET', `/v1/uploads/${json.id}/errors`);
    expect(errors.items).toMatchObject([
      { line: 4, column: '编号', code: 'openid_invalid', value: 'x y' },
      { line: 5, code: 'duplicate', params: { first: 2 } },
    ]);
    expect(await errorsCsv(json.id)).toBe(
      '编号,姓名,错误原因\r\n' +
        'x y,王五,"openid“x y”的格式不对，应为 1 至 64 个字母、数字、“_”或“-”。"\r\n'.replaceAll(
          '"',
          '',
        ) +
        `${A},张三,openid 与第 2 行重复，以第 2 行为准。\r\n`,
    );
    expect(await errorsCsv(json.id, 'lang=en')).toContain('The openid stands in line 2 already');
  });

  it('an upload of a form, of a workbook and of NDJSON is taken alike, and import=auto does it all', async () => {
    const book = workbook([
      {
        rows: [
          [inline('openid'), inline('姓名')],
          [inline(A), inline('张三')],
        ],
      },
    ]);
    const form = new FormData();
    form.append('note', 'before the file');
    form.append('file', new Blob([new Uint8Array(book)]), '../名单.xlsx');
    const asked = `${world.url}/v1/uploads?appid=${world.appid}&name=form&import=auto`;
    const headers = { authorization: `Bearer ${world.adminKey}` };
    const answer = await fetch(asked, { method: 'POST', headers, body: form });
    const { id } = (await answer.json()) as { id: string };
    expect(answer.status).toBe(201);
    await world.until(async () => (await show(id)).state === 'ready', 'the import');
    expect(await show(id)).toMatchObject({
      fileName: '名单.xlsx',
      format: 'xlsx',
      sheet: 'Sheet1',
    });
    expect(await rowsOf(id)).toMatchObject([{ openid: A, values: { 姓名: '张三' } }]);

    const ndjson = await world.uploaded(`{"openid":"${B}","分":7}\n`, 'ready', { import: 'auto' });
    expect(await rowsOf(ndjson)).toEqual([{ openid: B, line: 1, values: { 分: '7' } }]);
  });

  it('an upload says who of it follows, and warns of openids that differ in case only', async () => {
    const file = csv('openid', world.openid(0), world.openid(1), B, LOWER);
    const id = await world.uploaded(file, 'ready', { import: 'auto' });
    expect(await show(id)).toMatchObject({
      counts: { usable: 4, followers: 2, strangers: 2 },
      warnings: [{ code: 'openids_differ_in_case', params: { count: 1, first: 4, second: 5 } }],
    });
  });

  it('an upload that is no table fails with its reason, and one with import=auto that lacks openids too', async () => {
    const pdf = await world.uploaded('%PDF-1.7', 'failed');
    expect(await show(pdf)).toMatchObject({ error: { code: 'not_a_table' } });
    const phones = await world.uploaded(csv('手机号', '13800138000'), 'failed', { import: 'auto' });
    expect(await show(phones)).toMatchObject({
      error: { code: 'openid_column_missing', params: { phones: '手机号' } },
    });
  });

  it('an upload of 20,000 rows of which a tenth fails is paged through, errors and rows', async () => {
    const lines = Array.from({ length: 20_000 }, (_, i) =>
      i % 10 === 3 ? `bad ${i},x` : `o${i},张${i}`,
    );
    const id = await world.uploaded(csv('openid,姓名', ...lines), 'ready', { import: 'auto' });
    expect(await show(id)).toMatchObject({
      counts: { rows: 20_000, usable: 18_000, failed: 2_000 },
    });
    const seen: number[] = [];
    for (let next: string | null = ''; next !== null;) {
      const after: string = next === '' ? '' : `&after=${next}`;
      const { json } = await world.expect(200, 'GET', `/v1/uploads/${id}/errors?limit=170${after}`);
      seen.push(...json.items.map(({ line }: { line: number }) => line));
      next = json.next;
    }
    expect(seen).toEqual(lines.flatMap((line, i) => (line.startsWith('bad') ? [i + 2] : [])));
    const openids = new Set<string>();
    for (let next: string | null = ''; next !== null;) {
      const after: string = next === '' ? '' : `&after=${next}`;
      const { json } = await world.expect(200, 'GET', `/v1/uploads/${id}/rows?limit=200${after}`);
      for (const { openid } of json.items) openids.add(openid);
      next = json.next;
    }
    expect(openids.size).toBe(18_000);
    expect((await errorsCsv(id)).split('\r\n')).toHaveLength(2_002);
  });

  it('an upload that was mended from its own errors.csv is imported', async () => {
    const id = await world.uploaded(
      csv('openid,编号', `${A},=1+1`, 'x y,007', `${A},008`),
      'ready',
      { import: 'auto' },
    );
    const mended = (await errorsCsv(id, '')).replace('x y', B);
    const again = await world.uploaded(mended, 'ready', { import: 'auto' });
    expect(await show(again)).toMatchObject({
      columns: ['openid', '编号', ''],
      counts: { rows: 2, usable: 2 },
    });
  });

  it('an upload larger than the limit is refused with the number, whether it announces itself or not', async () => {
    const large = 'x'.repeat(3_000_001);
    const announced = await world.upload(large).catch(() => undefined);
    if (announced !== undefined)
      expect(announced).toMatchObject({
        status: 413,
        json: { code: 'upload_too_large', params: { limit: 3_000_000 } },
      });
    const body = new ReadableStream({
      start(controller) {
        for (let sent = 0; sent <= 3_000_000; sent += 100_000)
          controller.enqueue(Buffer.alloc(100_000, 'x'));
        controller.close();
      },
    });
    const headers = { authorization: `Bearer ${world.adminKey}`, 'content-type': 'text/csv' };
    const asked = `${world.url}/v1/uploads?appid=${world.appid}&name=large`;
    const streamed = await fetch(asked, {
      method: 'POST',
      headers,
      body,
      duplex: 'half',
    }).catch(() => undefined);
    if (streamed !== undefined) expect(streamed.status).toBe(413);
    const { rows } = await db.query(
      `select problem ->> 'code' as code from upload where name = 'large'`,
    );
    expect(rows).toEqual([{ code: 'too_large' }]);
  });

  it('an upload of nothing, of a form without a file, with two, or cut off is refused with its code', async () => {
    const asked = `${world.url}/v1/uploads?appid=${world.appid}&name=odd`;
    const headers = { authorization: `Bearer ${world.adminKey}` };
    const send = async (body: FormData | string, type?: string) => {
      const answer = await fetch(asked, {
        method: 'POST',
        headers: { ...headers, ...(type && { 'content-type': type }) },
        body,
      });
      return [answer.status, ((await answer.json()) as { code: string }).code];
    };
    const none = new FormData();
    none.append('a', 'b');
    const two = new FormData();
    two.append('a', new Blob(['openid']), 'a.csv');
    two.append('b', new Blob(['openid']), 'b.csv');
    expect(await send(none)).toEqual([400, 'form_without_file']);
    expect(await send(two)).toEqual([400, 'form_with_two_files']);
    expect(await send('', 'text/csv')).toEqual([422, 'upload_empty']);
    expect(await send('{}', 'application/json')).toEqual([415, 'unsupported_media_type']);
    const cut = '--x\r\nContent-Disposition: form-data; name="a"; filename="a.csv"\r\n\r\nopenid\n';
    expect(await send(cut, 'multipart/form-data; boundary=x')).toEqual([400, 'form_broken']);
    expect(await send(cut, 'multipart/form-data')).toEqual([400, 'form_broken']);
  });

  it('an upload whose connection breaks at any byte is never usable, and says that it broke off', async () => {
    const body = csv('openid', A, B);
    const head = [
      `POST /v1/uploads?appid=${world.appid}&name=cut HTTP/1.1`,
      'host: x',
      `authorization: Bearer ${world.adminKey}`,
      'content-type: text/csv',
      `content-length: ${body.length}`,
      '',
      '',
    ].join('\r\n');
    const { port } = new URL(world.url);
    for (const length of [1, 6, 7, body.length - 1])
      await new Promise<void>((resolve) => {
        const socket = connect(Number(port), '127.0.0.1', () =>
          socket.write(head + body.slice(0, length), () => setTimeout(() => socket.destroy(), 100)),
        );
        socket.on('close', () => resolve()).on('error', () => {});
      });
    const states = async () =>
      (
        await db.query<{ state: string; code: string | null }>(
          `select state, problem ->> 'code' as code from upload where name = 'cut'`,
        )
      ).rows;
    await world.until(
      async () =>
        (await states()).every(({ state }) => state === 'failed') && (await states()).length > 0,
    );
    const ended = (await states()).filter(({ state }) => state === 'failed');
    expect(new Set(ended.map(({ code }) => code))).toEqual(new Set(['broken_off']));
    const { rows } = await db.query(
      `select 1 from upload_part join upload on upload.id = upload_id where name = 'cut'`,
    );
    expect(rows).toEqual([]);
  });

  it('an upload with the same Idempotency-Key and bytes is the same upload, and with others refused', async () => {
    const headers = { 'idempotency-key': 'once' };
    const first = await world.upload(csv('openid', A), {}, headers);
    const again = await world.upload(csv('openid', A), {}, headers);
    expect([again.status, again.json.id]).toEqual([201, first.json.id]);
    const other = await world.upload(csv('openid', B), {}, headers);
    expect(other).toMatchObject({ status: 422, json: { code: 'idempotency_key_reused' } });
  });

  it('an upload that is deleted is gone at once, and its rows with the next sweep', async () => {
    const id = await world.uploaded(csv('openid', A, B, 'x y'), 'ready', { import: 'auto' });
    expect(await count('upload_row', id)).toBe(2);
    await world.expect(204, 'DELETE', `/v1/uploads/${id}`);
    expect((await world.call('GET', `/v1/uploads/${id}`)).status).toBe(404);
    const { json } = await world.expect(200, 'GET', '/v1/uploads?limit=200');
    expect(json.items.map((item: { id: string }) => item.id)).not.toContain(id);
    await world.until(
      async () => (await db.query('select from upload where id = $1', [id])).rowCount === 0,
      'the sweep',
      60_000,
    );
    for (const table of ['upload_row', 'upload_part', 'upload_failure'])
      expect(await count(table, id)).toBe(0);
  });

  it('an upload older than UPLOAD_DAYS keeps its counts and loses its rows; bytes go a day after the import', async () => {
    const old = await world.uploaded(csv('openid', A), 'ready', { import: 'auto' });
    const day = await world.uploaded(csv('openid', B), 'ready', { import: 'auto' });
    const age = `update upload set imported_at = clock_now() - $2::interval where id = $1`;
    await db.query(age, [old, '31 days']);
    await db.query(age, [day, '25 hours']);
    await world.until(
      async () => (await count('upload_row', old)) === 0 && (await count('upload_part', day)) === 0,
      'the sweep',
      60_000,
    );
    expect(await show(old)).toMatchObject({ counts: { usable: 1 }, purgedAt: expect.any(String) });
    expect(await world.call('GET', `/v1/uploads/${old}/rows`)).toMatchObject({
      status: 410,
      json: { code: 'upload_purged' },
    });
    expect(await rowsOf(day)).toMatchObject([{ openid: B }]);
    const change = await world.call('PATCH', `/v1/uploads/${day}`, { header: false });
    expect(change).toMatchObject({ status: 409, json: { code: 'upload_imported' } });
  });

  it('an upload whose worker is gone in the middle goes on where it was, with the same rows and errors', async () => {
    const lines = Array.from({ length: 12_000 }, (_, i) =>
      i % 100 === 7 ? `bad ${i}` : `oRow${i % 11_000}`,
    );
    const file = csv('openid', ...lines);
    const whole = await world.uploaded(file, 'ready', { import: 'auto' });
    const id = await world.uploaded(file, 'ready', { import: 'auto' });
    // As it was behind the first page, and then nobody.
    await db.query('delete from upload_row where upload_id = $1 and line > 5001', [id]);
    await db.query('delete from upload_failure where upload_id = $1 and upto > 5000', [id]);
    await db.query(
      `update upload set state = 'importing', rows = 5000, duplicates = 0, imported_at = null, followers = 0,
        usable = (select count(*) from upload_row where upload_id = $1),
        failed = (select sum(rows) from upload_failure where upload_id = $1),
        alive_at = clock_now() - interval '31 seconds' where id = $1`,
      [id],
    );
    await world.until(async () => (await show(id)).state === 'ready', 'the second worker', 90_000);
    const { counts } = await show(id);
    expect(counts).toEqual((await show(whole)).counts);
    const differ = await db.query(
      `select openid, line from upload_row where upload_id = $1 except select openid, line from upload_row where upload_id = $2`,
      [whole, id],
    );
    expect(differ.rows).toEqual([]);
    expect(await errorsCsv(id)).toBe(await errorsCsv(whole));
  });

  it('an upload of a broken beginning is given up after many tries, with a reason', async () => {
    const id = await world.uploaded(csv('openid', A), 'previewed');
    await db.query(
      `update upload set state = 'importing', tries = 20, alive_at = null where id = $1`,
      [id],
    );
    await world.until(async () => (await show(id)).state === 'failed', 'the end of tries', 60_000);
    expect(await show(id)).toMatchObject({ error: { code: 'reading_failed' } });
  });

  it('an upload shows openids whole to nobody without the right, in its preview, its rows and its errors', async () => {
    const id = await world.uploaded(csv('openid,备注', `${A},给 ${B}`, `${A},x`), 'ready', {
      import: 'auto',
    });
    const key = await world.expect(201, 'POST', '/v1/api-keys', {
      name: 'editor',
      grants: [{ appids: [world.appid], role: 'editor' }],
    });
    const bearer = { authorization: `Bearer ${key.json.key}` };
    for (const path of ['', '/rows', '/errors', '/errors.csv']) {
      const { status, text } = await world.call(
        'GET',
        `/v1/uploads/${id}${path}`,
        undefined,
        bearer,
      );
      expect([path, status]).toEqual([path, 200]);
      expect(text).not.toContain(A);
      expect(text).not.toContain(B);
    }
  });

  it('an upload waits for a worker by name where none is there, and is imported once one is', async () => {
    await world.stop();
    await world.start({ ...LIMITS, ROLES: 'api' });
    const { json } = await world.upload(csv('openid', A), { import: 'auto' });
    expect(await show(json.id)).not.toHaveProperty('waitingFor');
    await db.query(`update upload set asked_at = asked_at - interval '11 seconds' where id = $1`, [
      json.id,
    ]);
    expect(await show(json.id)).toMatchObject({ state: 'received', waitingFor: 'worker' });
    await world.stop();
    await world.start(LIMITS);
    await world.until(async () => (await show(json.id)).state === 'ready', 'a worker', 60_000);
  });
});
