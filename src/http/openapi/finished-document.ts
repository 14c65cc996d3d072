import { type Document, type Place, placesOf, type Schema } from './document.js';
import { finishedOperation } from './finished-operation.js';
import { finishSchema, withoutDefaults } from './finished-schema.js';
import { TAGS } from './tags.js';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];
const REFERENCE = '#/components/schemas/';

/** What Nest has found, with everything that the API promises, in an order that does not depend on the sources'. */
export function finishedDocument(found: Document, isOpen: (path: string) => boolean): Document {
  // Through text: Nest lets two schemas have one object in common, and each is finished in its own way.
  const document = JSON.parse(JSON.stringify(found)) as Document;
  const { schemas } = document.components;
  for (const schema of changeBodies(document)) withoutDefaults(schema);
  for (const schema of Object.values(schemas)) finishSchema(schema);
  const paths: Document['paths'] = {};
  for (const place of placesOf(document).toSorted(byPathAndMethod)) {
    const { path, method } = place;
    (paths[path] ??= {})[method] = finishedOperation(place, isOpen(path));
    if (!needsBody(place, schemas)) delete paths[path][method]?.requestBody?.required;
  }
  const used = new Set(placesOf(document).flatMap(({ operation }) => operation.tags ?? []));
  const { openapi, info, servers, security, components } = document;
  return {
    openapi,
    info,
    ...(servers && { servers }),
    tags: TAGS.filter(({ name }) => used.has(name)),
    ...(security && { security }),
    paths,
    components: {
      ...components,
      schemas: Object.fromEntries(Object.entries(schemas).toSorted(byName)),
    },
  };
}

/** The schemas of bodies that PATCH takes. */
function changeBodies(document: Document): Schema[] {
  return placesOf(document)
    .filter(({ method }) => method === 'patch')
    .flatMap(({ operation }) => Object.values(operation.requestBody?.content ?? {}))
    .map(({ schema }) => document.components.schemas[nameIn(schema)])
    .filter((schema) => schema !== undefined);
}

/** Where every member may be left out, so may the whole; but not where somebody asks for a change. */
function needsBody(
  { method, operation }: Place,
  schemas: Document['components']['schemas'],
): boolean {
  if (method === 'patch') return true;
  return Object.values(operation.requestBody?.content ?? {}).some(({ schema }) => {
    const named = schemas[nameIn(schema)];
    return named === undefined || (named.required ?? []).length > 0;
  });
}

const nameIn = (schema: Schema | undefined): string => schema?.$ref?.slice(REFERENCE.length) ?? '';

type Named = { readonly path: string; readonly method: string };

const byPathAndMethod = (one: Named, other: Named): number =>
  compare(one.path, other.path) || METHODS.indexOf(one.method) - METHODS.indexOf(other.method);

const byName = ([one]: [string, unknown], [other]: [string, unknown]): number =>
  compare(one, other);

/** By code units: the same on every machine. */
const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
