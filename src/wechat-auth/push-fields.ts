import { Parser } from 'xml2js';
import { declaresDoctype } from './doctype.js';
import { readFlatXml } from './flat-xml.js';

/**
 * What a push says, as text without the white space around it: also where JSON had a number, which may be one that
 * JavaScript cannot hold.
 */
export type PushValue = string | PushFields | readonly PushValue[];
export interface PushFields {
  readonly [name: string]: PushValue | undefined;
}

/** A push that is neither WeChat's XML nor WeChat's JSON. */
export class MalformedPush extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'MalformedPush';
  }
}

/** By content, because the Content-Type is not reliable; undefined for any other format. */
export function formatOf(text: string): 'xml' | 'json' | undefined {
  const first = /\S/.exec(text)?.[0]; // \s takes in the byte order mark
  if (first === '<') return 'xml';
  return first === '{' ? 'json' : undefined;
}

/** Reads a push; throws nothing but `MalformedPush`. */
export function readPush(text: string): PushFields {
  switch (formatOf(text)) {
    case 'xml':
      return readFlatXml(text) ?? readAnyXml(text);
    case 'json':
      return readJson(text);
    case undefined:
      throw new MalformedPush('neither XML nor JSON');
  }
}

function readAnyXml(text: string): PushFields {
  if (declaresDoctype(text)) throw new MalformedPush('XML with a document type or an entity');
  let root: unknown;
  let fault: unknown;
  try {
    // Calls back before it returns. After the root has been read it may still throw, on what follows it.
    new Parser({
      explicitArray: false,
      explicitRoot: false,
      ignoreAttrs: true,
      trim: true,
      emptyTag: () => '', // else white space alone is kept
    }).parseString(text, (error: Error | null, result: unknown) => {
      fault ??= error;
      root = result;
    });
  } catch (error) {
    fault ??= error;
  }
  if (fault !== null && fault !== undefined)
    throw new MalformedPush('XML that does not parse', fault);
  return fieldsOf(root);
}

/** Numbers keep their digits: MsgID has more of them than JavaScript's numbers. */
function readJson(text: string): PushFields {
  try {
    return fieldsOf(JSON.parse(text.trim(), keepDigits));
  } catch (error) {
    if (error instanceof MalformedPush) throw error;
    throw new MalformedPush('JSON that does not parse', error);
  }
}

const keepDigits = (_key: string, value: unknown, context?: { source?: string }): unknown => {
  if (typeof value === 'number') return context?.source ?? String(value);
  if (typeof value === 'string') return value.trim();
  return value === null || typeof value === 'boolean' ? String(value) : value;
};

function fieldsOf(root: unknown): PushFields {
  if (typeof root === 'object' && root !== null && !Array.isArray(root)) return root as PushFields;
  throw new MalformedPush('no fields');
}
