import { useEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import { html } from './html.js';
import { onThemeChange } from './theme.js';

const HEIGHT = 170;
const FEW_POINTS = 8;
const DAY = 86400;
const timeOfDay = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const exactly = new Intl.DateTimeFormat(undefined, { dateStyle: 'short', timeStyle: 'medium' });
const day = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric' });

function color(name) {
	return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function labels(plot, moments) {
	const [times] = plot.data;
	const format = times.at(-1) - times[0] > 2 * DAY ? day : timeOfDay;
	return moments.map((moment) => format.format(moment * 1000));
}

// A line of a few points may be too short to be seen.
function hasFewPoints(plot, series) {
	return plot.data[series].filter((value) => value != null).length <= FEW_POINTS;
}

function options(width, series, format, onPoint) {
	const axis = { stroke: color('--muted'), grid: { stroke: color('--grid'), width: 1 }, ticks: { show: false }, font: '11px system-ui' };
	return {
		width,
		height: HEIGHT,
		legend: { show: false },
		cursor: { y: false, points: { size: 6 }, drag: { x: false, y: false } },
		scales: { y: { range: (plot, min, max) => [0, max > 0 ? max * 1.08 : 1] } },
		axes: [{ ...axis, space: 80, size: 26, values: labels }, { ...axis, size: 58, values: (plot, ticks) => ticks.map(format) }],
		series: [{}, ...series.map((one) => ({
			stroke: color(one.color),
			fill: one.filled ? `${color(one.color)}26` : undefined,
			width: 1.75,
			points: { show: hasFewPoints, size: 5 },
			spanGaps: true,
		}))],
		hooks: { setCursor: [(plot) => onPoint(plot.cursor.idx ?? null)] },
	};
}

function latest(values) {
	return values.findLast((value) => value != null) ?? null;
}

// A line for each series; the values below are those under the pointer, else the latest.
export function Chart({ title, times, series, format }) {
	const place = useRef();
	const plot = useRef();
	const [point, setPoint] = useState(null);
	const data = [times, ...series.map((one) => one.values)];
	const drawn = useRef();
	drawn.current = data;
	const shape = series.map((one) => one.label + one.color).join();

	useEffect(() => {
		const draw = () => {
			plot.current?.destroy();
			plot.current = new uPlot(options(place.current.clientWidth, series, format, setPoint), drawn.current, place.current);
		};
		draw();
		const resized = new ResizeObserver(() => plot.current.setSize({ width: place.current.clientWidth, height: HEIGHT }));
		resized.observe(place.current);
		const forget = onThemeChange(draw);
		return () => {
			forget();
			resized.disconnect();
			plot.current.destroy();
			plot.current = null;
		};
	}, [shape]);
	useEffect(() => plot.current?.setData(data), [times, ...series.map((one) => one.values)]);

	const value = (one) => (point === null ? latest(one.values) : one.values[point] ?? null);
	const summary = series.map((one) => `${one.label} ${value(one) === null ? 'none' : format(value(one))}`).join(', ');
	return html`<section class="card chart">
		<h2>${title}</h2>
		<div class="plot" ref=${place} role="img" aria-label=${`${title}, latest: ${summary}`}></div>
		<ul class="legend">
			${series.map((one) => html`<li key=${one.label}><span class=${`swatch swatch${one.color}`}></span><bdi>${one.label}</bdi>
				<b>${value(one) === null ? '–' : format(value(one))}</b></li>`)}
			${point !== null && html`<li>${exactly.format(times[point] * 1000)}</li>`}
		</ul>
	</section>`;
}
