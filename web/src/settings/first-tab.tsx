import { Navigate } from 'react-router';
import { useMe } from '../api/me';
import { Forbidden } from '../states/page-states';
import { tabsOf } from './tabs';

/** The bare address of settings leads to the first tab that the person may see. */
export function FirstTab() {
  const [first] = tabsOf(useMe());
  return first === undefined ? <Forbidden /> : <Navigate to={`/settings/${first.name}`} replace />;
}
