// `npm run openapi`: writes openapi.json as the built code describes the API, and the types of its TypeScript client.
// With --check it writes nothing, and fails where they are not current or Redocly finds something. What the document
// leaves untold fails both.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import openapiTypescript, { astToString, COMMENT_HEADER } from 'openapi-typescript';
import { format, resolveConfig } from 'prettier';

const root = join(import.meta.dirname, '..');
const isCheck = process.argv.includes('--check');
const TYPES = existsSync(join(root, 'web/src/api'))
  ? 'web/src/api/schema.d.ts'
  : 'test/support/api/schema.d.ts';

const told = spawnSync(process.execPath, [join(root, 'dist/openapi.js')], {
  encoding: 'utf8',
  maxBuffer: 64 * 1024 * 1024,
});
if (told.status !== 0) {
  process.stderr.write(told.stderr);
  process.exit(1);
}
const untold = told.stderr.split('\n').filter((line) => line !== '');
const types = COMMENT_HEADER + astToString(await openapiTypescript(told.stdout));
const stale = [await keep('openapi.json', told.stdout), await keep(TYPES, types)].filter(
  (file) => file !== undefined,
);

for (const line of untold) process.stderr.write(`openapi: ${line}\n`);
for (const file of stale)
  process.stderr.write(`${file} is not what the code says: run npm run openapi\n`);
const isClean = !isCheck || lint();
if (untold.length > 0 || stale.length > 0 || !isClean) process.exit(1);

/** By redocly.yaml; quiet where there is nothing to say. */
function lint() {
  const redocly = join(root, 'node_modules/@redocly/cli/bin/cli.js');
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [redocly, 'lint', 'openapi.json'],
    {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
    },
  );
  if (status !== 0) process.stderr.write(stdout + stderr);
  return status === 0;
}

/** Writes the file, or only says whether it has to be written. */
async function keep(name, text) {
  const file = join(root, name);
  const formatted = await format(text, { ...(await resolveConfig(file)), filepath: file });
  if (!isCheck) writeFileSync(file, formatted);
  else if (!existsSync(file) || readFileSync(file, 'utf8') !== formatted) return name;
  return undefined;
}
