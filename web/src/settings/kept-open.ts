/** How a dialog closes while it shows what is shown only once: by its buttons, not by a click beside it or by Esc. */
export const keptOpen = (shows: boolean) => ({ mask: { closable: !shows }, keyboard: !shows });
