import { bytes, count } from './format.js';
import { html } from './html.js';
import { Moment } from './moment.js';

function State({ known, problem }) {
	if (!known) {
		return html`<span class="status status-pending">Not known</span>`;
	}
	return problem ? html`<span class="status status-failed">Needs help</span>` : html`<span class="status status-success">Works</span>`;
}

export function StoreHealth({ activity, known }) {
	const { store, nodes, total } = activity.queue;
	const facts = [
		['Database', html`<bdi>${store.location}</bdi>`],
		['State', html`<${State} known=${known} problem=${activity.problem}/>`],
		['Tasks kept', count(total)],
		['File', bytes(store.usage.fileBytes)],
		['Log', bytes(store.usage.walBytes)],
		['Memory', bytes(store.usage.memoryBytes)],
		['Writes waiting', count(store.pendingWrites)],
		...nodes.map((node) => ['Worker', html`<bdi>${node.node}</bdi>, ${count(node.running)} of ${count(node.limit)} running, up since${' '}
			<${Moment} at=${node.startedAt}/>`]),
	];
	return html`<section class="card">
		<h2>Store</h2>
		<dl class="facts">${facts.map(([label, value], place) => html`<div key=${place}><dt>${label}</dt><dd>${value}</dd></div>`)}</dl>
	</section>`;
}
