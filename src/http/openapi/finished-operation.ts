import { STATUS_CODES } from 'node:http';
import type { OperationObject, Parameter, Place } from './document.js';
import { OPERATION, type OperationFacts, REFUSALS } from './operation.decorator.js';
import { wordsOf } from './parameters.js';
import { refusalResponses } from './refusal-responses.js';

/** With its name, its words and everything that it can answer. */
export function finishedOperation(
  { path, method, operation }: Place,
  open: boolean,
): OperationObject {
  const { [OPERATION]: facts, [REFUSALS]: shared, ...rest } = operation;
  const { id, example, ...own } = (facts ?? {}) as OperationFacts & { id?: string };
  const { parameters, requestBody, responses } = rest;
  const takesBody = requestBody !== undefined;
  const headers = (parameters ?? []).flatMap(({ in: place, name }) =>
    place === 'header' ? [name] : [],
  );
  return {
    operationId: id ?? rest.operationId,
    ...wordsIn(rest),
    tags: rest.tags,
    ...(typeof rest['x-permission'] === 'string' && { 'x-permission': rest['x-permission'] }),
    ...(open && { security: [] }),
    ...(parameters !== undefined &&
      parameters.length > 0 && { parameters: parameters.map(described) }),
    ...(takesBody && {
      requestBody: {
        ...requestBody,
        content: Object.fromEntries(
          Object.entries(requestBody.content).map(([type, body]) => [
            type,
            { ...body, ...(example !== undefined && { example }) },
          ]),
        ),
      },
    }),
    responses: {
      ...Object.fromEntries(
        Object.entries(responses).map(([status, response]) => [
          status,
          { ...response, description: response.description || `${STATUS_CODES[status]}` },
        ]),
      ),
      ...refusalResponses({ path, method, open, takesBody, headers }, shared ?? {}, own),
    },
  };
}

/** The comment's first sentence, without its full stop, and what follows. */
function wordsIn({ summary = '', description }: OperationObject) {
  const text = inOneLine(summary);
  const [first = ''] = /^.*?[.!?](?=\s+[A-Z`\p{Script=Han}]|$)/su.exec(text) ?? [text];
  const others = [text.slice(first.length).trim(), description ?? ''].filter((part) => part !== '');
  return {
    summary: first.replace(/\.$/, ''),
    ...(others.length > 0 && { description: others.join('\n\n') }),
  };
}

/** A comment is broken into lines where the page of its source ends. */
export const inOneLine = (text: string): string =>
  text.replaceAll(/\s*\n\s*(?![\s*-])/g, ' ').trim();

function described(parameter: Parameter): Parameter {
  const words = wordsOf(parameter.in, parameter.name);
  const { name, in: place, required, description, schema, ...more } = parameter;
  return {
    name,
    in: place,
    // What has a default may be left out.
    required: required === true && schema?.default === undefined,
    ...((description ?? words) && {
      description: inOneLine(description ?? words?.description ?? ''),
    }),
    // Some ids are numbers.
    ...(words && { example: schema?.type === 'string' ? words.example : 7 }),
    ...more,
    ...(schema && { schema }),
  };
}
