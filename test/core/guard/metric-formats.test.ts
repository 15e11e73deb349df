/** The text formats of metrics, written by prom-client. */
import { expect, it } from 'vitest';
import { zeros } from '../../../source/guard/measure.ts';
import { metricSpecs } from '../../../source/guard/metric-table.ts';
import { createMetrics } from '../../../source/host/metrics/prometheus.ts';

it('each format has its own names of counters, whichever was written before or is written meanwhile', async () => {
  const metrics = createMetrics(metricSpecs());
  metrics.add(zeros);
  const counter = (text: string) => text.match(/^# TYPE (vigil_respawns\S*) counter$/m)?.[1];
  const formats = ['openmetrics', 'prometheus', 'openmetrics', 'prometheus'] as const;
  const names = [
    'vigil_respawns',
    'vigil_respawns_total',
    'vigil_respawns',
    'vigil_respawns_total',
  ];
  const together = await Promise.all(formats.map(format => metrics.text(format)));
  expect(together.map(counter)).toEqual(names);
  expect(together.map(text => text.endsWith('# EOF\n'))).toEqual([true, false, true, false]);
  for (const text of together) expect(text).toContain('\nvigil_respawns_total{owner=');
});
