import type { Document, OperationObject, Schema } from './document.js';
import { documentFaults } from './document-faults.js';
import { finishedDocument } from './finished-document.js';
import { OPERATION, REFUSALS } from './operation.decorator.js';

const OK = { '200': { description: '' } };

function finished(
  paths: Record<string, Record<string, Partial<OperationObject>>>,
  schemas: Record<string, Schema> = {},
): Document {
  const found = {
    openapi: '3.1.0',
    info: { title: 'x', version: '1' },
    paths: Object.fromEntries(
      Object.entries(paths).map(([path, methods]) => [
        path,
        Object.fromEntries(
          Object.entries(methods).map(([method, operation]) => [
            method,
            { responses: OK, ...operation },
          ]),
        ),
      ]),
    ),
    components: { schemas },
  };
  return finishedDocument(found, (path) => path.startsWith('/health'));
}

const codesOf = (operation: OperationObject | undefined, status: string): unknown =>
  operation?.responses[status]?.content?.['application/problem+json']?.schema?.allOf?.[1]
    ?.properties?.['code']?.enum;

describe('the finished document', () => {
  it('an operation of the document has its first sentence as summary and the others as description', () => {
    const { paths } = finished({
      '/v1/x': {
        get: { summary: 'Stops it, e.g. for good. What was sent\nstays sent.' },
        post: { summary: 'Starts it.' },
      },
    });
    expect(paths['/v1/x']?.['get']).toMatchObject({
      summary: 'Stops it, e.g. for good',
      description: 'What was sent stays sent.',
    });
    expect(paths['/v1/x']?.['post']?.description).toBeUndefined();
  });

  it('an operation of the document answers what everybody may be refused with, its controller’s codes and its own', () => {
    const { paths } = finished({
      '/v1/accounts/{appid}/x': {
        post: {
          requestBody: { content: { 'application/json': {} } },
          [OPERATION]: { id: 'makeX', example: { a: 1 }, 409: ['x_exists'] },
          [REFUSALS]: { 404: ['x_not_found'] },
        },
      },
      '/health/live': { get: {} },
    });
    const operation = paths['/v1/accounts/{appid}/x']?.['post'];
    expect(operation?.operationId).toBe('makeX');
    expect(operation).not.toHaveProperty([OPERATION]);
    expect(operation?.requestBody?.content['application/json']?.example).toEqual({ a: 1 });
    expect(codesOf(operation, '404')).toEqual(['account_not_found', 'x_not_found']);
    expect(codesOf(operation, '409')).toEqual(['x_exists']);
    expect(codesOf(operation, '415')).toEqual(['unsupported_media_type']);
    expect(codesOf(operation, '403')).toEqual([
      'cross_origin',
      'password_change_required',
      'permission_required',
    ]);
    expect(paths['/health/live']?.['get']).toMatchObject({ security: [] });
    expect(paths['/health/live']?.['get']?.responses).not.toHaveProperty('401');
  });

  it('nothing of the document is required that has a default, and a body of PATCH has no default', () => {
    const members = { kind: { type: 'string', default: 'a' }, name: { type: 'string' } };
    const body = (name: string) => ({
      requestBody: {
        content: { 'application/json': { schema: { $ref: `#/components/schemas/${name}` } } },
      },
    });
    const { paths, components } = finished(
      {
        '/v1/x': {
          get: {
            parameters: [
              { name: 'kind', in: 'query', required: true, schema: { default: 'a' } },
              { name: 'name', in: 'query', required: true, schema: {} },
            ],
          },
          post: body('MakeDto'),
          patch: body('ChangeDto'),
        },
      },
      {
        MakeDto: { type: 'object', properties: members, required: ['kind', 'name'] },
        ChangeDto: { type: 'object', properties: members },
      },
    );
    expect(paths['/v1/x']?.['get']?.parameters).toMatchObject([
      { name: 'kind', required: false },
      { name: 'name', required: true },
    ]);
    expect(components.schemas['MakeDto']).toMatchObject({
      required: ['name'],
      properties: { kind: { type: 'string', description: 'Left out: `a`.' } },
    });
    expect(components.schemas['ChangeDto']?.properties?.['kind']).toEqual({ type: 'string' });
  });

  it('members of the document that are moments say so, numbers are whole but for a few', () => {
    const { components } = finished(
      {},
      {
        View: {
          type: 'object',
          properties: {
            endedAt: { type: ['string', 'null'] },
            count: { type: ['number', 'null'] },
            percent: { type: 'number' },
            lists: { type: 'array', items: { type: 'number' } },
          },
        },
      },
    );
    expect(components.schemas['View']?.properties).toEqual({
      endedAt: { type: ['string', 'null'], format: 'date-time' },
      count: { type: ['integer', 'null'] },
      percent: { type: 'number' },
      lists: { type: 'array', items: { type: 'integer' } },
    });
  });

  it('the document is in one order, whatever the order of the sources', () => {
    const one = finished({ '/b': { post: {}, get: {} }, '/a': {} }, { B: {}, A: {} });
    const other = finished({ '/a': {}, '/b': { get: {}, post: {} } }, { A: {}, B: {} });
    expect(JSON.stringify(one)).toBe(JSON.stringify(other));
  });
});

describe('the faults of a document', () => {
  it('a document is faulty where a reader would miss something, and says at which operation', () => {
    const faults = documentFaults(
      finished(
        {
          '/v1/x/{y}': {
            get: {
              operationId: 'XController_get',
              parameters: [{ name: 'y', in: 'path', required: true }],
              tags: ['nobodys'],
            },
          },
        },
        { XDto: { type: 'object', properties: { a: { type: 'object' } } } },
      ),
    );
    expect(faults).toEqual([
      expect.stringMatching(/^GET \/v1\/x\/\{y\}: no @Operation/),
      expect.stringContaining('no comment'),
      expect.stringContaining('no description'),
      'GET /v1/x/{y}: path parameter y has no description',
      'GET /v1/x/{y}: what it answers with 200 is not described',
      expect.stringContaining('"nobodys"'),
      'XDto.a has no comment',
      'XDto.a is of no described type',
    ]);
  });
});
