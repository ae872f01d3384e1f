import { pathTo, withQuery } from './address.js';
import { compact, count, rate } from './format.js';
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
	return nodes.length ? `of ${limit}` : 'no worker here';
}

const tasks = (filter) => withQuery(pathTo('tasks'), filter);

export function Tiles({ activity, window, label }) {
	const { queue, series, attention, totals } = activity;
	const ended = sum(series.succeeded) + sum(series.failed) + sum(series.cancelled);
	const length = series.succeeded.length * series.bucketSeconds;
	const { retry, failed } = queue.byStatus;
	const ahead = totals.claimedAhead > 0 ? `, ${compact(totals.claimedAhead)} claimed ahead` : '';
	return html`<div class="tiles">
		<${Tile} label="Throughput" value=${rate(ended / length)} detail=${`${count(ended)} attempts ended`}/>
		<${Tile} label="Due" value=${compact(totals.due)} detail=${`${compact(totals.scheduled)} scheduled, ${compact(retry)} retrying`}
			to=${tasks({ status: 'pending' })}/>
		<${Tile} label="Running" value=${compact(totals.running)} detail=${capacity(queue.nodes) + ahead} to=${tasks({ status: 'started' })}/>
		<${Tile} label="Failed" value=${compact(attention.failed)} detail=${`in ${label}; ${compact(failed)} kept in all`}
			to=${tasks({ status: 'failed', finished: window })} kind=${attention.failed ? 'bad' : ''}/>
		<${Tile} label="Recovered" value=${compact(attention.recovered)} detail=${`their process died; in ${label}, or unfinished`} to=${tasks({ crashed: 'true' })}
			kind=${attention.recovered ? 'warn' : ''}/>
		<${Tile} label="No handler" value=${compact(attention.unknown)} detail="no code for them here" to=${tasks({ handler: 'none' })}
			kind=${attention.unknown ? 'bad' : ''}/>
		<${Tile} label="Unreadable" value=${compact(attention.unreadable)} detail="wait for code that can read them"
			to=${tasks({ status: 'pending', errorType: 'UnreadableTaskException' })} kind=${attention.unreadable ? 'bad' : ''}/>
	</div>`;
}
