import type { CallbackSettings } from '../settings/account-settings.js';

/** The text of an event or a message, before it is signed and encrypted. */
export type PushText = {
  readonly text: string;
  readonly openid: string;
};

export type EventFields = Readonly<Record<string, string | number | bigint>>;

/** Writes fields as XML, with texts in CDATA, or as JSON. A 64-bit number stays an exact number in both. */
export const eventText = (format: CallbackSettings['format'], fields: EventFields): string =>
  format === 'xml' ? xml(fields) : json(fields);

function xml(fields: EventFields): string {
  return `<xml>${xmlMembers(fields)}</xml>`;
}

/** One element for each field, without the root around them. */
export const xmlMembers = (fields: EventFields): string => {
  let members = '';
  for (const [name, value] of Object.entries(fields)) {
    members +=
      typeof value === 'string'
        ? `<${name}>${cdata(value)}</${name}>`
        : `<${name}>${value}</${name}>`;
  }
  return members;
};

export const cdata = (value: string): string =>
  `<![CDATA[${value.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`;

function json(fields: EventFields): string {
  const members = Object.entries(fields).map(([name, value]) => {
    return `${JSON.stringify(name)}:${typeof value === 'string' ? JSON.stringify(value) : value}`;
  });
  return `{${members.join(',')}}`;
}
