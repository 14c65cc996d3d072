import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { holdToWords } from './words.js';
import type { Document, OperationObject, Schema } from '../../../src/http/openapi/document.js';

/** An answer of the running API. */
interface Given {
  readonly method: string;
  /** As it was asked for, with its query. */
  readonly path: string;
  readonly status: number;
  readonly type: string | null;
  readonly text: string;
}

/** Routes that suites bring along to try the gate with. */
const TESTS_OWN = ['/v1/things', '/v1/unmarked'];

/** Whoever asks for no route of ours, or by a method that it has not, is told the same everywhere. */
const NO_OPERATION: readonly unknown[] = [
  'route_not_found',
  'method_not_allowed',
  'unauthenticated',
  'invalid_url',
];

const document = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../openapi.json'), 'utf8'),
) as Document;
const ajv = new Ajv2020({ strict: false, allErrors: true });
formats.default(ajv);
ajv.addSchema(exact(document), 'openapi.json');

const OPERATIONS = Object.entries(document.paths).map(([path, methods]) => ({
  path,
  methods,
  parts: path.split('/'),
}));
const validators = new Map<string, ValidateFunction>();

/** Fails where an answer is not one that openapi.json promises; what it does not describe at all, too. */
export function holdToContract(given: Given): void {
  const path = given.path.split('?')[0] ?? '';
  if (!/^\/(v1|health)(\/|$)/.test(path) || TESTS_OWN.some((own) => path.startsWith(own))) return;
  const asked = `${given.method} ${given.path} answered ${given.status}`;
  const found = operationAt(given.method, path);
  if (found === undefined) {
    if (NO_OPERATION.includes(codeIn(given))) return;
    throw new Error(`${asked}, and openapi.json has no such operation: run npm run openapi`);
  }
  const response = found.responses[given.status] ?? found.responses['default'];
  const [type = ''] = (given.type ?? '').split(';');
  const schema = response?.content?.[type]?.schema;
  if (given.text === '' && response?.content === undefined) return;
  if (schema === undefined)
    throw new Error(`${asked} with ${type}, which openapi.json does not know: ${given.text}`);
  if (type === 'text/event-stream' || type === 'text/csv') return;
  const answer: unknown = JSON.parse(given.text);
  holdToWords(asked, answer);
  const validate = validatorOf(schema);
  if (validate(answer)) return;
  const faults = validate.errors?.map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  );
  throw new Error(
    `${asked}, which does not fit openapi.json (is it current? npm run openapi):\n${faults?.join('\n')}\n${given.text.slice(0, 2_000)}`,
  );
}

const codeIn = ({ text }: Given): unknown =>
  text.startsWith('{') ? (JSON.parse(text) as { code?: unknown }).code : undefined;

/** Literal parts of a path come before parameters: `sync` is no openid. */
function operationAt(method: string, path: string): OperationObject | undefined {
  const asked = path.replace(/\/$/, '').split('/');
  return OPERATIONS.filter(
    ({ parts, methods }) =>
      parts.length === asked.length &&
      methods[method.toLowerCase()] !== undefined &&
      parts.every((part, at) => part.startsWith('{') || part === asked[at]),
  ).toSorted((one, other) => parametersIn(one.path) - parametersIn(other.path))[0]?.methods[
    method.toLowerCase()
  ];
}

const parametersIn = (path: string): number => path.split('{').length;

function validatorOf(schema: Schema): ValidateFunction {
  const text = JSON.stringify(schema).replaceAll('"#/', '"openapi.json#/');
  const known = validators.get(text) ?? ajv.compile(JSON.parse(text) as Schema);
  validators.set(text, known);
  return known;
}

/** What an answer has and the document does not describe is a fault of the document. */
function exact({ components }: Document): object {
  const schemas = Object.entries(components.schemas).map(([name, schema]) => [
    name,
    schema.properties !== undefined && name !== 'Problem'
      ? { ...schema, additionalProperties: false }
      : schema,
  ]);
  return { components: { schemas: Object.fromEntries(schemas) } };
}
