// CommonJS Nest add-ons (nestjs-pino, Bull Board, ...) require() the ESM-only @nestjs/* packages.
// Under jest that require() must find them already evaluated, or it fails with ERR_REQUIRE_CYCLE_MODULE.
import 'reflect-metadata';
const { Logger } = await import('@nestjs/common');
await import('@nestjs/core');

// What our own classes log would stand between the names of tests; who wants to read it takes a logger of its own.
Logger.overrideLogger(false);
