import { type Document, type Place, placesOf, type Schema, within } from './document.js';

const LONGEST_SUMMARY = 90;

/** What a reader of the document, or of a client made from it, would miss. */
export function documentFaults(document: Document): string[] {
  const places = placesOf(document);
  const ids = places.map(({ operation }) => operation.operationId);
  const tags = new Set(document.tags?.map(({ name }) => name));
  return [
    ...places.flatMap((place) =>
      [
        ...operationFaults(place),
        ...(place.operation.tags ?? ['none']).flatMap((tag) =>
          tags.has(tag) ? [] : [`the tag "${tag}" is not in tags.ts`],
        ),
      ].map((fault) => `${place.method.toUpperCase()} ${place.path}: ${fault}`),
    ),
    ...ids
      .filter((id, at) => ids.indexOf(id) !== at)
      .map((id) => `two operations are called ${id}`),
    ...Object.entries(document.components.schemas).flatMap(([name, schema]) =>
      schemaFaults(schema, name),
    ),
  ];
}

function operationFaults({ operation }: Place): string[] {
  const {
    operationId = '',
    summary = '',
    description,
    parameters = [],
    requestBody,
    responses,
  } = operation;
  const json = requestBody?.content['application/json'];
  return [
    !/^[a-z][A-Za-z]+$/.test(operationId) && `no @Operation gives it a name`,
    summary === '' && 'it has no comment',
    summary.length > LONGEST_SUMMARY &&
      `its first sentence has ${summary.length} characters, more than ${LONGEST_SUMMARY}`,
    description === undefined &&
      'its comment has one sentence only, the summary, and no description',
    ...parameters
      .filter((parameter) => !parameter.description)
      .map(({ name, in: place }) => `${place} parameter ${name} has no description`),
    json !== undefined && json.example === undefined && 'its body has no example in @Operation',
    json !== undefined && opaque(json.schema) && 'its body is not described',
    ...Object.entries(responses)
      .filter(([status]) => status.startsWith('2') && status !== '204')
      .filter(([, { content }]) =>
        Object.values(content ?? { none: {} }).some((each) => opaque(each.schema)),
      )
      .map(([status]) => `what it answers with ${status} is not described`),
  ].filter((fault) => fault !== false);
}

function schemaFaults(schema: Schema, name: string): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([member, described]) => [
    ...(name.endsWith('Dto') && !described.description ? [`${name}.${member} has no comment`] : []),
    ...([...within(described)].some(opaque) ? [`${name}.${member} is of no described type`] : []),
  ]);
}

/** Says nothing about what is in it. */
const opaque = (schema: Schema | undefined): boolean =>
  schema === undefined ||
  (schema.$ref === undefined &&
    schema.allOf === undefined &&
    schema.anyOf === undefined &&
    schema.oneOf === undefined &&
    schema.enum === undefined &&
    ([schema.type].flat().includes('object')
      ? schema.properties === undefined && schema.additionalProperties === undefined
      : schema.type === undefined));
