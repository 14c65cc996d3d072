import { Controller, Get, Post } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { PathAccounts } from '../http/path-accounts.js';
import { DeclaredNeeds } from './declared-needs.js';
import { Needs } from './needs.decorator.js';

@Controller('v1/things')
class ThingsController {
  @Get()
  @Needs('account.read')
  list(): void {}

  @Post('forgotten')
  reset(): void {}
}

@Controller('v1/others')
@Needs('account.read')
class OthersController {
  @Get()
  list(): void {}
}

@Controller('v1/strangers')
@Needs('broadcast.read')
class StrangersController {
  @Get(':id')
  show(): void {}
}

@Controller()
class PublicController {
  @Get(['health', 'health/live'])
  live(): void {}
}

const start = async (...controllers: (new () => object)[]): Promise<void> => {
  const imports = [DiscoveryModule];
  const module = await Test.createTestingModule({
    imports,
    controllers,
    providers: [DeclaredNeeds, PathAccounts],
  }).compile();
  await module.init();
  await module.close();
};

describe('a service', () => {
  it('a service whose routes say what they need starts, and so do those that are for everybody', async () => {
    await expect(start(OthersController, PublicController)).resolves.toBeUndefined();
  });

  it('a service does not start with a route of which nobody said what it needs, and names it', async () => {
    await expect(start(OthersController, ThingsController)).rejects.toThrow(
      /ThingsController\.reset/,
    );
    await expect(start(ThingsController)).rejects.not.toThrow(/ThingsController\.list/);
  });

  it('a service does not start with a route to an object of which no module says whose it is', async () => {
    await expect(start(StrangersController)).rejects.toThrow(/StrangersController\.show/);
  });
});
