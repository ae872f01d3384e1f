import { useState } from 'preact/hooks';
import { pathTo, withQuery } from './address.js';
import { api } from './api.js';
import { Dialog } from './dialog.js';
import { between, compact, seconds } from './format.js';
import { html } from './html.js';
import { Link } from './link.js';
import { notify } from './notices.js';

function Resize({ category, onClose, onChanged }) {
	const [limit, setLimit] = useState(category.limit);
	const apply = async () => {
		try {
			await api.changeCategory(category.category, 'resize', { concurrency: Number(limit) });
			notify(`${category.category} may run ${limit} at once now, until the restart`);
			onChanged();
		}
		catch (failure) {
			notify(failure.message, 'failed');
		}
		onClose();
	};
	return html`<${Dialog} title=${`Resize ${category.category}`} confirm=${apply} confirmLabel="Resize"
			disabled=${!(Number.isInteger(Number(limit)) && limit >= 1)} onClose=${onClose}>
		<label>Tasks at once in this process, until it restarts
			<input type="number" min="1" max="10000" value=${limit} onInput=${(event) => setLimit(event.target.value)}/></label>
	</>`;
}

function Actions({ category, onChanged, onResize }) {
	const action = category.paused ? 'resume' : 'pause';
	const change = async () => {
		try {
			await api.changeCategory(category.category, action);
			notify(`${category.category} is ${category.paused ? 'resumed' : 'paused'}`);
			onChanged();
		}
		catch (failure) {
			notify(failure.message, 'failed');
		}
	};
	return html`<button type="button" onClick=${change}
			aria-label=${`${category.paused ? 'Resume' : 'Pause'} ${category.category}`}>${category.paused ? 'Resume' : 'Pause'}</button>
		<button type="button" onClick=${onResize} aria-label=${`Resize ${category.category}`} disabled=${category.limit === 0}>Resize</button>`;
}

// Why due tasks wait, if one cannot see it from the figures.
function reason(category, nodes) {
	if (category.due === 0 || category.paused) {
		return null;
	}
	if (category.limit === 0) {
		return nodes.length > 1 ? null : 'No worker here takes it';
	}
	if (category.running >= category.limit) {
		return `All ${category.limit} are busy`;
	}
	const [node] = nodes;
	return nodes.length === 1 && node.running >= node.limit ? `All ${node.limit} threads are busy` : null;
}

function Workers({ category }) {
	const share = category.limit > 0 ? Math.min(100, 100 * category.running / category.limit) : 0;
	return html`<span class="workers-track" role="meter" aria-valuemin="0" aria-valuemax=${category.limit} aria-valuenow=${category.running}
			aria-label=${`Workers of ${category.category} that are busy`}><span style=${{ width: `${share}%` }}></span></span>
		${category.running}/${category.limit}`;
}

export function Categories({ categories, total, nodes, changesAllowed, onChanged }) {
	const [resized, setResized] = useState(null);
	return html`<section class="card">
		<h2>Categories</h2>
		${categories.length === 0 ? html`<p class="empty">There are no tasks and no handlers yet.</p>` : html`<div class="scroll"><table>
			<thead><tr>
				<th scope="col">Category</th><th scope="col">Workers busy</th><th scope="col" class="number">Due</th>
				<th scope="col" class="number">Oldest</th><th scope="col" class="number">Scheduled</th>
				<th scope="col" class="number">Retrying</th><th scope="col" class="number">Claimed</th>
				${changesAllowed && html`<th scope="col"><span class="visually-hidden">Actions</span></th>`}
			</tr></thead>
			<tbody>${categories.map((category) => html`<tr key=${category.category}>
				<th scope="row"><${Link} to=${withQuery(pathTo('tasks'), { category: category.category })}><bdi>${category.category}</bdi></>
					${category.paused && html` <span class="status status-paused">Paused</span>`}
					${reason(category, nodes) && html` <span class="status status-retry">${reason(category, nodes)}</span>`}</th>
				<td class="workers"><${Workers} category=${category}/></td>
				<td class="number">${compact(category.due)}</td>
				<td class="number">${category.oldestDueAt ? seconds(Math.round(between(category.oldestDueAt, new Date()))) : '–'}</td>
				<td class="number">${compact(category.scheduled)}</td>
				<td class="number">${compact(category.retry)}</td>
				<td class="number">${compact(category.started)}</td>
				${changesAllowed && html`<td class="actions"><${Actions} category=${category} onChanged=${onChanged}
					onResize=${() => setResized(category)}/></td>`}
			</tr>`)}</tbody>
		</table></div>`}
		${total > categories.length && html`<p class="muted">Those paused and those with most tasks: ${categories.length} of ${total}.</p>`}
		${resized && html`<${Resize} category=${resized} onChanged=${onChanged} onClose=${() => setResized(null)}/>`}
	</section>`;
}
