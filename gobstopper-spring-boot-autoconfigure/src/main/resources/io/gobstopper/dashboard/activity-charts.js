import { useMemo } from 'preact/hooks';
import { Chart } from './chart.js';
import { compact, percent, rate, seconds } from './format.js';
import { html } from './html.js';

const DEPTH_COLORS = ['--series-1', '--series-2', '--series-3', '--series-4', '--series-5', '--series-6'];

const percentiles = (times) => [
	{ label: 'p50', color: '--series-1', values: times.p50 },
	{ label: 'p95', color: '--series-2', values: times.p95 },
	{ label: 'p99', color: '--series-3', values: times.p99 },
];

export function ActivityCharts({ series }) {
	const charts = useMemo(() => {
		const first = new Date(series.start) / 1000;
		const last = series.succeeded.length - 1;
		const times = series.succeeded.map((ignored, i) => first + i * series.bucketSeconds);
		const now = Date.now() / 1000;
		// The last bucket is not over yet.
		const lasted = Math.min(series.bucketSeconds, Math.max(1, now - times[last]));
		const perBucket = (counts) => counts.map((value, i) => value / (i === last ? lasted : series.bucketSeconds));
		const failureRate = series.failed.map((failed, i) => {
			const all = failed + series.succeeded[i] + series.cancelled[i];
			return all === 0 ? null : failed / all;
		});
		return {
			times,
			ends: times.map((time) => Math.min(time + series.bucketSeconds, Math.max(now, times[last]))),
			throughput: [
				{ label: 'succeeded', color: '--good', filled: true, values: perBucket(series.succeeded) },
				{ label: 'failed', color: '--bad', values: perBucket(series.failed) },
			],
			rate: [{ label: 'failed attempts', color: '--bad', filled: true, values: failureRate }],
			depth: Object.entries(series.depth).map(([category, values], i) => ({ label: category, color: DEPTH_COLORS[i], values })),
			waiting: percentiles(series.waiting),
			execution: percentiles(series.execution),
		};
	}, [series]);
	return html`		<${Chart} title="Throughput" times=${charts.times} series=${charts.throughput} format=${rate}/>
		<${Chart} title="Failure rate" times=${charts.times} series=${charts.rate} format=${percent}/>
		<${Chart} title="Due" times=${charts.ends} series=${charts.depth} format=${compact}/>
		<${Chart} title="Time to start" times=${charts.times} series=${charts.waiting} format=${seconds}/>
		<${Chart} title="Time to run" times=${charts.times} series=${charts.execution} format=${seconds}/>`;
}
