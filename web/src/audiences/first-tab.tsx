import { Navigate, useLocation } from 'react-router';
import { useMe } from '../api/me';
import { Forbidden } from '../states/page-states';
import { tabsOf } from './tabs';

/** The bare address leads to the first tab that the person may see; the account stays. */
export function FirstTab() {
  const [first] = tabsOf(useMe());
  const { search } = useLocation();
  if (first === undefined) return <Forbidden />;
  return <Navigate to={{ pathname: `/audiences/${first.name}`, search }} replace />;
}
