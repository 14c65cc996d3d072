import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  type ReadableSpan,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { type Telemetry, TelemetryAttributes } from 'bullmq';
import { BullMQOtel } from 'bullmq-otel';

export interface OtlpTraces {
  readonly telemetry: Telemetry;
  end(): Promise<void>;
}

const EXPORT_TIMEOUT_MS = 5_000;

/** A job's id names its recipient: openids do not leave the house. */
class WithoutJobIds extends BatchSpanProcessor {
  override onEnd(span: ReadableSpan): void {
    delete span.attributes[TelemetryAttributes.JobId];
    for (const { attributes } of span.events) delete attributes?.[TelemetryAttributes.JobId];
    super.onEnd(span);
  }
}

/**
 * Loaded only where traces are on. Whether a trace is kept is decided where its jobs are added, and holds for all of
 * them: a chunk of a release is traced whole or not at all.
 */
export function startTraces(endpoint: string, share: number): OtlpTraces {
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'weicast' }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(share) }),
    spanProcessors: [
      new WithoutJobIds({
        exporter: new OTLPTraceExporter({
          url: `${endpoint}/v1/traces`,
          timeoutMillis: EXPORT_TIMEOUT_MS,
        }),
      }),
    ],
  });
  trace.setGlobalTracerProvider(provider);
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  return {
    telemetry: new BullMQOtel({ tracerName: 'weicast' }),
    end: () => provider.shutdown(),
  };
}
