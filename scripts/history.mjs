// Fills a database with months of finished broadcasts, to see how the service does after a year: rows, counters and all
// else as its processes would have left them. `node scripts/history.mjs --help`.
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { fillHistory } from './history/fill.mjs';

const USAGE = `node scripts/history.mjs --database-url URL [options]

  --database-url URL         a migrated database with an account on record (DATABASE_URL)
  --appid APPID              the account that sent; needed where there are several
  --rows N                   deliveries of all broadcasts together (20000000, which take some 15 GB)
  --months N                 whole months before the present one (12)
  --broadcasts-per-month N   (8)
  --seed N                   the same seed makes the same broadcasts, people and outcomes (1)
  --beside-others            also where broadcasts are on record

Followers on record are the people who were sent to; where there are none, it makes them up. A run that was cut off
leaves a database to throw away.
`;

/** @returns the exit code */
async function main(args, environment) {
  const { values } = parseArgs({
    args,
    options: {
      'database-url': { type: 'string', default: environment.DATABASE_URL },
      appid: { type: 'string' },
      rows: { type: 'string', default: '20000000' },
      months: { type: 'string', default: '12' },
      'broadcasts-per-month': { type: 'string', default: '8' },
      seed: { type: 'string', default: '1' },
      'beside-others': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const options = {
    appid: values.appid,
    rows: positive('rows', values.rows),
    months: positive('months', values.months),
    perMonth: positive('broadcasts-per-month', values['broadcasts-per-month']),
    seed: positive('seed', values.seed),
    besideOthers: values['beside-others'],
  };
  if (values['database-url'] === undefined)
    throw new Error('--database-url must say where the database is');
  if (options.rows < 10 * options.months * options.perMonth)
    throw new Error('--rows must be ten for each broadcast at least');
  const client = new pg.Client({ connectionString: values['database-url'] });
  await client.connect();
  try {
    await fillHistory(client, options, (line) => process.stderr.write(`${line}\n`));
  } finally {
    await client.end();
  }
  return 0;
}

function positive(name, text) {
  if (!/^[1-9]\d{0,11}$/.test(text))
    throw new Error(`--${name} must be a whole number above 0, not ${text}`);
  return Number(text);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    process.exitCode = await main(process.argv.slice(2), process.env);
  } catch (error) {
    process.stderr.write(`history: ${error.message}\n`);
    process.exitCode = 1;
  }
}
