import { createRoot } from 'react-dom/client';
import { App } from './app';
import { startWords } from './locales/words';
import { apply as applyTheme } from './theme/mode';
import { giveStylesTheNonce } from './theme/nonce';
import './theme/base.css';

giveStylesTheNonce();
applyTheme();
const root = document.querySelector('#root');
if (root === null) throw new Error('the page has no place for the console');
void startWords().then(() => createRoot(root).render(<App />));
