import type { SecurityHeadersOptions } from '@nestjs/common';
import type { HttpConfig } from '../config/config.js';

/** Nothing is loaded from elsewhere, framed or sniffed. Over plain http, browsers are not told to use https. */
export function securityHeaders({ publicUrl }: HttpConfig): SecurityHeadersOptions {
  const secure = publicUrl?.startsWith('https:') === true;
  return {
    contentSecurityPolicy: {
      directives: {
        // Bull Board carries style attributes; it needs no inline script.
        styleSrc: ["'self'", "'unsafe-inline'"],
        fontSrc: ["'self'", 'data:'],
        frameAncestors: ["'none'"],
        upgradeInsecureRequests: secure ? [] : null,
      },
    },
    strictTransportSecurity: secure ? { includeSubDomains: false } : false,
    xFrameOptions: { action: 'deny' },
  };
}
