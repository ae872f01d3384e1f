import { pathTo, withQuery } from './address.js';
import { compact, count } from './format.js';
import { html } from './html.js';
import { Link } from './link.js';

const sum = (values) => values.reduce((total, value) => total + value, 0);

function Tile({ label, value, detail, to, kind = '' }) {
	const content = html`<span class="tile-label">${label}</span>
		<span class="tile-value">${value}</span><span class="tile-detail">${detail}</span>`;
	return to ? html`<${Link} class=${`card tile ${kind}`} to=${to}>${content}</>`
		: html`<div class=${`card tile ${kind}`}>${content}</div>`;
}

function capacity(nodes) {
	const limit = count(sum(nodes.map((node) => node.limit)));
	if (nodes.length > 1) {
		return `of ${limit} on ${count(nodes.length)} workers`;
	}
	return nodes.length ? `of ${limit} here` : 'no worker here';
}

const tasks = (status) => withQuery(pathTo('tasks'), { status });

export function Tiles({ activity }) {
	const { queue, series, attention, totals } = activity;
	const ended = sum(series.succeeded) + sum(series.failed) + sum(series.cancelled);
	const length = series.succeeded.length * series.bucketSeconds;
	const { started, retry, failed } = queue.byStatus;
	return html`<div class="tiles">
		<${Tile} label="Throughput" value=${`${compact(ended / length)}/s`} detail=${`${count(ended)} attempts ended`}/>
		<${Tile} label="Waiting" value=${compact(totals.due)} detail=${`${compact(totals.scheduled)} scheduled, ${compact(retry)} to retry`}
			to=${tasks('pending')}/>
		<${Tile} label="Running" value=${compact(started)} detail=${capacity(queue.nodes)} to=${tasks('started')}/>
		<${Tile} label="Failed" value=${compact(failed)} detail="for good, all told" to=${tasks('failed')} kind=${failed ? 'bad' : ''}/>
		<${Tile} label="Recovered" value=${compact(attention.recovered)} detail="whose process died"
			kind=${attention.recovered ? 'warn' : ''}/>
		<${Tile} label="No handler" value=${compact(attention.unknown)} detail="no code for them here"
			kind=${attention.unknown ? 'bad' : ''}/>
		<${Tile} label="Unreadable" value=${compact(attention.unreadable)} detail="wait for code that can read them"
			kind=${attention.unreadable ? 'bad' : ''}/>
	</div>`;
}
