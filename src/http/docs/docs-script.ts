/** Narrows the list while somebody types. Without it, the form of the page asks the server, which does the same. */
export const DOCS_SCRIPT = `'use strict';
const input = document.querySelector('input[type=search]');
const items = [...document.querySelectorAll('li[data-words]')];
const none = document.querySelector('.none');
const narrow = () => {
  const terms = input.value.toLowerCase().split(/\\s+/).filter(Boolean);
  for (const item of items) item.hidden = !terms.every((term) => item.dataset.words.includes(term));
  for (const chapter of document.querySelectorAll('nav section'))
    chapter.hidden = !chapter.querySelector('li:not([hidden])');
  none.hidden = items.some((item) => !item.hidden);
  document.body.classList.toggle('searching', terms.length > 0);
};
input.addEventListener('input', narrow);
addEventListener('pageshow', narrow);
input.form.addEventListener('submit', (event) => {
  const found = items.find((item) => !item.hidden);
  if (!found || input.value.trim() === '') return;
  event.preventDefault();
  location.assign(found.querySelector('a').href);
});
addEventListener('keydown', (event) => {
  if (event.key === '/' && document.activeElement !== input) {
    event.preventDefault();
    input.focus();
  }
});
const current = document.querySelector('[aria-current]');
const list = document.querySelector('nav');
if (current) list.scrollTop += current.getBoundingClientRect().top - list.getBoundingClientRect().top - 120;
`;
