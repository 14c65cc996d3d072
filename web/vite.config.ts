import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { consoleFiles } from './build/console-files.ts';

export default defineConfig({
  // Every address on the page is relative to its <base>, which the service writes for each request.
  base: './',
  plugins: [react(), consoleFiles()],
  build: {
    // The last Chrome of Windows 7, which the built-in browsers of 360, QQ and WeChat are made from.
    target: ['chrome109', 'firefox115', 'safari16.4'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            {
              name: 'react',
              test: /node_modules[\\/](react|react-dom|scheduler|react-router)[\\/]/,
            },
            { name: 'echarts', test: /node_modules[\\/](echarts|zrender)[\\/]/ },
          ],
        },
      },
    },
  },
});
