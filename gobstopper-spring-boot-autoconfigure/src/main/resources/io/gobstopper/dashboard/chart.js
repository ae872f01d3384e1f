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

// A line of a few points may be too short to be seen, and one of a single point is none.
function pointsToShow(plot, series) {
	const values = plot.data[series];
	const known = [...values.keys()].filter((i) => values[i] != null);
	return known.length <= FEW_POINTS ? known : known.filter((i) => values[i - 1] == null && values[i + 1] == null);
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
			points: { show: true, size: 5, filter: pointsToShow },
			spanGaps: false,
		}))],
		hooks: { setCursor: [(plot) => onPoint(plot.cursor.idx ?? null)] },
	};
}

function latest(values) {
	return values.findLast((value) => value != null) ?? null;
}

function Values({ title, times, series, format }) {
	return html`<div class="scroll" tabindex="0" role="region" aria-label=${`Values of ${title}`}><table>
		<thead><tr><th scope="col">Time</th>${series.map((one) => html`<th scope="col" class="number"><bdi>${one.label}</bdi></th>`)}</tr></thead>
		<tbody>${times.map((time, i) => html`<tr key=${time}><th scope="row">${exactly.format(time * 1000)}</th>
			${series.map((one) => html`<td class="number">${one.values[i] == null ? '–' : format(one.values[i])}</td>`)}</tr>`)}</tbody>
	</table></div>`;
}

// A line for each series; the values below are those under the pointer, else the latest.
export function Chart({ title, times, series, format }) {
	const place = useRef();
	const plot = useRef();
	const [point, setPoint] = useState(null);
	const [open, setOpen] = useState(false);
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

	const move = (event) => {
		const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
		if (step) {
			event.preventDefault();
			setPoint(Math.max(0, Math.min(times.length - 1, (point ?? times.length - 1) + step)));
		}
	};
	const value = (one) => (point === null ? latest(one.values) : one.values[point] ?? null);
	const summary = series.map((one) => `${one.label} ${value(one) === null ? 'none' : format(value(one))}`).join(', ');
	return html`<section class="card chart">
		<h2>${title}</h2>
		<div class="plot" ref=${place} role="img" tabindex="0" onKeyDown=${move} onBlur=${() => setPoint(null)}
			aria-label=${`${title}, ${point === null ? 'latest' : exactly.format(times[point] * 1000)}: ${summary}`}></div>
		<ul class="legend">
			${series.map((one) => html`<li key=${one.label}><span class=${`swatch swatch${one.color}`}></span><bdi>${one.label}</bdi>
				<b>${value(one) === null ? '–' : format(value(one))}</b></li>`)}
			${point !== null && html`<li>${exactly.format(times[point] * 1000)}</li>`}
		</ul>
		<details class="values" onToggle=${(event) => setOpen(event.target.open)}><summary>Values</summary>
			${open && html`<${Values} title=${title} times=${times} series=${series} format=${format}/>`}</details>
	</section>`;
}
