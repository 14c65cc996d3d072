import { SaxesParser, type SaxesTagPlain } from 'saxes';
import { UploadRefused } from '../upload-refused.js';

export interface XmlListener {
  readonly open?: (name: string, attributes: Readonly<Record<string, string>>) => void;
  readonly text?: (text: string) => void;
  readonly close?: (name: string) => void;
}

/** Reads XML as it comes; names are told without their prefix. A document type is refused: nothing here needs one. */
export class Xml {
  readonly #parser = new SaxesParser({ xmlns: false, position: false });

  constructor({ open, text, close }: XmlListener) {
    const refuse = (): never => {
      throw new UploadRefused('xlsx_broken');
    };
    this.#parser.on('doctype', refuse);
    this.#parser.on('error', refuse);
    if (open)
      this.#parser.on('opentag', (tag: SaxesTagPlain) => open(local(tag.name), tag.attributes));
    if (text) {
      this.#parser.on('text', text);
      this.#parser.on('cdata', text);
    }
    if (close) this.#parser.on('closetag', (tag: SaxesTagPlain) => close(local(tag.name)));
  }

  write(text: string): void {
    this.#parser.write(text);
  }

  close(): void {
    this.#parser.close();
  }
}

const local = (name: string): string => name.slice(name.indexOf(':') + 1);

/** Reads a part to its end. */
export async function readXml(text: AsyncIterable<string>, listener: XmlListener): Promise<void> {
  const xml = new Xml(listener);
  for await (const piece of text) xml.write(piece);
  xml.close();
}

/** `_x000D_` is a character that XML cannot hold, and `_x005F_` an underscore before something that looks like one. */
export const withoutEscapes = (text: string): string =>
  text.includes('_x')
    ? text.replaceAll(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) =>
        String.fromCharCode(parseInt(hex, 16)),
      )
    : text;
