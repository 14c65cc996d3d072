import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { App as AntdApp, ConfigProvider } from 'antd';
import zhCN from 'antd/locale/zh_CN';
import { useEffect, useMemo, useState } from 'react';
import { RouterProvider } from 'react-router';
import { asProblem } from './api/problem';
import { useLanguage } from './locales/use-language';
import { router } from './routes';
import { antdTheme } from './theme/antd-theme';
import { useMode } from './theme/mode';
import { nonce } from './theme/nonce';

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // What was refused once is refused again; only silence and overload are worth another try.
      retry: (failures, error) => asProblem(error).isOpen && failures < 2,
      staleTime: 5_000,
    },
  },
});

export function App() {
  const mode = useMode();
  const theme = useMemo(() => antdTheme(mode), [mode]);
  return (
    <ConfigProvider
      csp={{ nonce }}
      theme={theme}
      locale={useAntdWords()}
      // antd would part the two characters of a button, which search and speech then do not find.
      button={{ autoInsertSpace: false }}
    >
      <AntdApp component={false}>
        <QueryClientProvider client={queries}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </AntdApp>
    </ConfigProvider>
  );
}

function useAntdWords(): typeof zhCN {
  const [language] = useLanguage();
  const [words, setWords] = useState(zhCN);
  useEffect(() => {
    if (language === 'zh-CN') setWords(zhCN);
    else void import('antd/locale/en_US').then(({ default: enUS }) => setWords(enUS));
  }, [language]);
  return words;
}
