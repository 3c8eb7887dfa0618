import type { Telemetry } from 'bullmq';

/**
 * What makes a span of each job, and lets the jobs that it adds continue its trace. Loaded only where traces are sent
 * somewhere.
 */
export async function loadQueueTelemetry(): Promise<Telemetry> {
  const { BullMQOtel } = await import('bullmq-otel');
  return new BullMQOtel({ tracerName: 'energy-data-service' });
}
