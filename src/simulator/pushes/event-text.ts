import type { CallbackSettings } from '../settings/account-settings.js';

/** An event or message as an account's server receives it, before signing and sealing. */
export type PushText = {
  readonly text: string;
  readonly openid: string;
};

export type EventFields = Readonly<Record<string, string | number | bigint>>;

/** Writes fields in WeChat's two dialects: texts in CDATA, numbers bare; in JSON a 64-bit number stays a bare number. */
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
