import type {
  KyselyPlugin,
  PluginTransformResultArgs,
  QueryResult,
  RootOperationNode,
} from 'kysely';

/** Counts the rows that the statements of a transaction insert, update or delete. */
export class CountedRows implements KyselyPlugin {
  #rows = 0n;

  get rows(): bigint {
    return this.#rows;
  }

  transformQuery({ node }: { readonly node: RootOperationNode }): RootOperationNode {
    return node;
  }

  transformResult<Row>({ result }: PluginTransformResultArgs & { result: QueryResult<Row> }) {
    this.#rows += result.numAffectedRows ?? 0n;
    return Promise.resolve(result);
  }
}
