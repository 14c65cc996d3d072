import { useQuery } from '@tanstack/react-query';
import { answered, api } from '../api/client';

export interface Tester {
  readonly openid: string;
  readonly name: string | null;
}

/** Whom tests go to: people with names, of the pretended WeChat or of the account's own list. */
export function useTesters(appid: string, isSandbox: boolean): readonly Tester[] {
  const path = { path: { appid } };
  return (
    useQuery({
      queryKey: ['testers', appid],
      queryFn: async (): Promise<readonly Tester[]> =>
        isSandbox
          ? (await answered(api.GET('/v1/accounts/{appid}/sandbox/people', { params: path }))).items
          : (await answered(api.GET('/v1/accounts/{appid}/testers', { params: path }))).items,
    }).data ?? []
  );
}
