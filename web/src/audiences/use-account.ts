import { useOutletContext } from 'react-router';
import type { Account } from '../api/accounts';

/** The account whose tab it is: the page around it shows a tab to a chosen account only. */
export const useAccount = (): Account => useOutletContext<Account>();
