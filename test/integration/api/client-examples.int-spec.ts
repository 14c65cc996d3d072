import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { type Document, placesOf } from '../../../src/http/openapi/document.js';
import { curlCallsOf } from '../../support/docs/curl-calls.js';

const ROOT = join(import.meta.dirname, '../../..');
const PAGES = ['guide', 'api'].flatMap((name) => [`docs/${name}.md`, `docs/${name}.zh-CN.md`]);

const text = (name: string): string => readFileSync(join(ROOT, name), 'utf8');
const document = JSON.parse(text('openapi.json')) as Document;
const PATTERNS = placesOf(document).map(({ path, method, operation }) => ({
  path,
  method,
  /** Ids of the kinds that are numbers. */
  numbers: (operation.parameters ?? []).flatMap(({ name, schema }) =>
    schema?.type === 'string' ? [] : [name],
  ),
  pattern: new RegExp(`^${path.replaceAll(/\{\w+\}/g, '([^/]+)')}$`),
}));

/** A call by the client, as TypeScript, for a call of a page. */
function asTypescript({
  method,
  path,
  query,
  body,
}: ReturnType<typeof curlCallsOf>[number]): string {
  const found = PATTERNS.filter(
    (each) => each.method === method && each.pattern.test(path),
  ).toSorted((one, other) => one.path.split('{').length - other.path.split('{').length)[0];
  if (found === undefined) throw new Error(`openapi.json has no ${method} ${path}`);
  const names = [...found.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  const values = found.pattern.exec(path)?.slice(1) ?? [];
  const inPath = names
    .map(
      (name = '', at) =>
        `${name}: ${found.numbers.includes(name) ? 7 : JSON.stringify(values[at])}`,
    )
    .join(', ');
  const params = [inPath && `path: { ${inPath} }`, query && `query: { ${query} }`].filter(Boolean);
  const options = [
    ...(params.length > 0 ? [`params: { ${params.join(', ')} }`] : []),
    ...(body === undefined ? [] : [`body: ${body}`]),
  ];
  return `await api.${method.toUpperCase()}('${found.path}', { ${options.join(', ')} });`;
}

/** What the compiler says of a program that makes these calls. */
function complaintsAbout(calls: readonly string[]): string[] {
  const name = join(ROOT, 'test/support/api/examples.ts');
  const program = [
    `import createClient from 'openapi-fetch';`,
    `import type { paths } from '../../../web/src/api/schema.js';`,
    `const api = createClient<paths>({ baseUrl: '/' });`,
    ...calls,
  ].join('\n');
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2024,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    lib: ['lib.es2024.d.ts', 'lib.dom.d.ts'],
    types: [],
    strict: true,
    noEmit: true,
    skipLibCheck: true,
  };
  const files = ts.createCompilerHost(options);
  const host: ts.CompilerHost = {
    ...files,
    readFile: (file) => (file === name ? program : files.readFile(file)),
    fileExists: (file) => file === name || files.fileExists(file),
    getSourceFile: (file, target) =>
      file === name
        ? ts.createSourceFile(file, program, target)
        : files.getSourceFile(file, target),
  };
  return ts
    .getPreEmitDiagnostics(ts.createProgram([name], options, host))
    .map(({ messageText, start = 0 }) => {
      const line = program.slice(program.lastIndexOf('\n', start) + 1).split('\n')[0];
      return `${ts.flattenDiagnosticMessageText(messageText, '\n')} in: ${line}`;
    });
}

/** Calls that the API would refuse, so the compiler should. */
const WRONG = [
  `await api.POST('/v1/broadcasts', { body: { appid: 'x', templateId: 'x' } });`,
  `await api.GET('/v1/broadcasts', { params: { query: { state: 'nonsense' } } });`,
  `await api.POST('/v1/nothing', {});`,
];

describe('the client that openapi.json makes', () => {
  it('the client that openapi.json makes compiles with every call of the pages and every example, and with no wrong call', () => {
    const told = PAGES.flatMap((page) => curlCallsOf(text(page)));
    const examples = placesOf(document).flatMap(({ path, method, operation }) => {
      const example = operation.requestBody?.content['application/json']?.example;
      const body = JSON.stringify(example);
      return body === undefined
        ? []
        : [{ method, path: path.replaceAll(/[{}]/g, ''), query: '', body }];
    });
    expect(told.length).toBeGreaterThan(60);
    expect(examples.length).toBeGreaterThan(15);
    const good = [...told, ...examples].map(asTypescript);
    const wrong = WRONG.map((call) => `// @ts-expect-error\n${call}`);
    expect(complaintsAbout([...good, ...wrong])).toEqual([]);
  });
});
