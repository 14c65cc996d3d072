/** What is scrolled sideways on a phone is reached by the keyboard, too. For a region that has a name. */
export const BY_KEYBOARD = { role: 'region', tabIndex: 0 } as const;
