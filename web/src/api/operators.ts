import type { components } from './schema';

export type Operator = components['schemas']['OperatorView'];
