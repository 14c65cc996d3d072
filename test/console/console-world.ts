import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core';
import type { SimulatorOptions } from '../../src/simulator/simulator.js';
import { CHROMIUM } from './chromium.js';
import { ProductWorld } from '../support/worlds/product-world.js';

export const hasBrowser = CHROMIUM !== undefined;
if (!hasBrowser && process.env['CI'])
  throw new Error('CI has no chromium: .ci/run installs it where it is missing');

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** A login, as a browser keeps it. */
export type Session = Awaited<ReturnType<BrowserContext['storageState']>>;

export interface VisitOptions {
  readonly width?: number;
  readonly dark?: boolean;
  readonly language?: 'zh-CN' | 'en';
  readonly zone?: string;
  readonly session?: Session;
}

/** A person at a browser, and everything of which the page should be ashamed. */
export interface Visit {
  readonly page: Page;
  /** Errors in the console, requests to other hosts, violations of the policy. */
  readonly faults: readonly string[];
  /** Serious findings of axe on what is shown now. */
  audit(): Promise<string[]>;
  close(): Promise<void>;
}

/** Answers that the browser itself writes into its console: a stranger is told 401, and a refusal is no fault. */
const EXPECTED = /Failed to load resource: the server responded with a status of 4\d\d/;

/** As text: it runs in the page, of which this program has no types. */
const IN_THE_PAGE = `
  addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
    tellFault('policy: ' + violatedDirective + ' ' + blockedURI);
  });
  localStorage.setItem('weicast.language', 'LANGUAGE');
`;

/** The whole product with its console, and one real browser before it. */
export class ConsoleWorld {
  private constructor(
    readonly product: ProductWorld,
    readonly browser: Browser,
  ) {}

  static async open(
    variables: Record<string, string> = {},
    wechat: SimulatorOptions = { followers: 40 },
  ): Promise<ConsoleWorld> {
    const [product, browser] = await Promise.all([
      ProductWorld.open({ name: 'PostgreSQL' }, wechat, {
        CONSOLE: 'on',
        SANDBOX: 'on',
        ...variables,
      }),
      // As root, Chromium does not start in its own sandbox.
      chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] }),
    ]);
    return new ConsoleWorld(product, browser);
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.product.close();
  }

  /** Without a page: what is to be seen is behind the login. */
  async logIn(login: string, password: string): Promise<Session> {
    const context = await this.browser.newContext();
    const answer = await context.request.post(`${this.product.url}/v1/login`, {
      data: { login, password },
    });
    if (!answer.ok()) throw new Error(`logging in as ${login} answered ${answer.status()}`);
    const session = await context.storageState();
    await context.close();
    return session;
  }

  async visit({
    width = 1366,
    dark = false,
    language = 'zh-CN',
    zone = 'Asia/Shanghai',
    session,
  }: VisitOptions = {}): Promise<Visit> {
    const options: BrowserContextOptions = {
      viewport: { width, height: width < 500 ? 844 : 860 },
      locale: language,
      timezoneId: zone,
      colorScheme: dark ? 'dark' : 'light',
      reducedMotion: 'reduce',
      ...(session && { storageState: session }),
    };
    const context = await this.browser.newContext(options);
    const faults: string[] = [];
    await context.exposeFunction('tellFault', (fault: string) => void faults.push(fault));
    await context.addInitScript(IN_THE_PAGE.replace('LANGUAGE', language));
    const page = await context.newPage();
    page.on('console', (message) => {
      const text = message.text();
      if (message.type() === 'error' && !EXPECTED.test(text)) faults.push(`console: ${text}`);
    });
    page.on('pageerror', (error) => faults.push(`error: ${error.stack ?? error.message}`));
    page.on('request', (request) => {
      const { host, protocol } = new URL(request.url());
      if (protocol.startsWith('http') && host !== new URL(this.product.url).host)
        faults.push(`foreign: ${request.url()}`);
    });
    return {
      page,
      faults,
      audit: () => audited(page),
      close: () => context.close(),
    };
  }
}

async function audited(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  return await page.evaluate(async () => {
    interface Axe {
      run(options: unknown): Promise<{
        violations: { id: string; impact: string | null; nodes: { html: string }[] }[];
      }>;
    }
    const { axe } = globalThis as unknown as { axe: Axe };
    const { violations } = await axe.run({ resultTypes: ['violations'] });
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
  });
}
