import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../../..');
/** What the build is told, without the sources. */
const SETTINGS = [
  'package.json',
  'nest-cli.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'scripts/openapi-plugin.mjs',
];

const SOURCES = {
  'one.dto.ts': `export class OneDto { id!: string; }`,
  'two/two.dto.ts': `export class TwoDto { first!: string; }`,
  'two/two.controller.ts': `
    import { Controller, Get } from '@nestjs/common';
    import type { Answers } from './answers.js';

    @Controller()
    export class TwoController {
      constructor(private readonly answers: Answers) {}

      @Get('one')
      one() { return this.answers.one(); }

      @Get('two')
      two() { return this.answers.two(); }
    }`,
  'two/answers.ts': `
    import { OneDto } from '../one.dto.js';
    import { TwoDto } from './two.dto.js';

    export class Answers {
      async one(): Promise<OneDto> { return new OneDto(); }
      async two(): Promise<TwoDto[]> { return [new TwoDto()]; }
    }`,
};

let temporary: string;

beforeAll(async () => {
  temporary = await mkdtemp(join(tmpdir(), 'weicast-build-'));
});

afterAll(() => rm(temporary, { recursive: true, force: true }));

/** Builds a small project of our kind in a folder of that name; what became of its controller. */
async function controllerBuiltIn(name: string): Promise<string> {
  const folder = join(temporary, name, 'weicast');
  for (const file of SETTINGS) await cp(join(root, file), join(folder, file), { recursive: true });
  for (const [file, text] of Object.entries(SOURCES)) {
    await mkdir(join(folder, 'src', file, '..'), { recursive: true });
    await writeFile(join(folder, 'src', file), text);
  }
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'), 'dir');
  const nest = join(folder, 'node_modules/@nestjs/cli/bin/nest.js');
  await run(process.execPath, [nest, 'build'], { cwd: folder });
  return readFile(join(folder, 'dist/two/two.controller.js'), 'utf8');
}

describe('the build', () => {
  it.each(['桌面', "微 播's 😀 (1)", '%E6%A1%8C%E9%9D%A2'])(
    'the build imports what OpenAPI describes by its place in dist, in a folder called %j',
    async (name) => {
      const controller = await controllerBuiltIn(name);

      expect(controller).toContain('from "../one.dto.js"');
      expect(controller).toContain('from "./two.dto.js"');
      expect(controller).not.toContain('weicast');
    },
  );
});
