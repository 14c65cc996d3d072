import { typedCount } from '../format/count-text';

/** The count that a text is; else the text, which a draft keeps and the service finds fault with. */
export const numberIn = (text: string): number | string => typedCount(text) ?? text.trim();
