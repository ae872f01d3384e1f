import { useEffect } from 'preact/hooks';
import { api } from './api.js';
import { count } from './format.js';
import { html } from './html.js';
import { FailureBanner, notify } from './notices.js';
import { usePoll } from './poll.js';

const INTERVAL = 3000;

function numbers(limit) {
	const burst = limit.burst > 1 ? `, ${limit.burst} at once` : '';
	return [
		limit.perKey && `${limit.perKey} of each key`,
		limit.total && `${limit.total} altogether`,
		limit.rate && `${limit.rate}${burst}`,
	].filter(Boolean).join('; ');
}

function Action({ limit, onChanged }) {
	const [action, label] = limit.paused ? ['resume', 'Resume'] : ['pause', 'Pause'];
	const change = async () => {
		try {
			await api.changeLimit(limit.name, action);
			notify(`${limit.name} is ${action}d`);
		}
		catch (failure) {
			notify(failure.message, 'failed');
		}
		onChanged();
	};
	return html`<button type="button" aria-label=${`${label} ${limit.name}`} onClick=${change}>${label}</button>`;
}

function Row({ limit, changesAllowed, onChanged }) {
	return html`<tr>
		<th scope="row"><bdi>${limit.name}</bdi>${limit.paused && html` <span class="status status-paused">Paused</span>`}</th>
		<td>${numbers(limit) || html`<span class="muted">any number</span>`}</td>
		<td class="number">${count(limit.active)}</td>
		<td class="number">${count(limit.waiting)}</td>
		<td class="number">${count(limit.closedKeys)}</td>
		${changesAllowed && html`<td class="actions"><${Action} limit=${limit} onChanged=${onChanged}/></td>`}
	</tr>`;
}

export function LimitsPage() {
	const { data, failure, refresh } = usePoll('limits', (signal) => api.limits(signal), () => INTERVAL);
	useEffect(() => {
		document.title = 'Limits · Gobstopper';
	}, []);
	return html`<div class="page-head"><h1>Limits</h1></div>
		<${FailureBanner} failure=${failure}/>
		<section class="card">
			${!data && !failure && html`<p class="empty" role="status">Loading…</p>`}
			${data?.limits.length === 0 && html`<p class="empty">There are none: no handler has a @TaskLimit, and no property names one.</p>`}
			${data?.limits.length > 0 && html`<div class="scroll" tabindex="0" role="region" aria-label="Limits"><table>
				<thead><tr>
					<th scope="col">Limit</th><th scope="col">May run</th><th scope="col" class="number">Have a place</th>
					<th scope="col" class="number">Wait</th><th scope="col" class="number">Keys put off</th>
					${data.changesAllowed && html`<th scope="col"><span class="visually-hidden">Actions</span></th>`}
				</tr></thead>
				<tbody>${data.limits.map((limit) => html`<${Row} key=${limit.name} limit=${limit}
					changesAllowed=${data.changesAllowed} onChanged=${refresh}/>`)}</tbody>
			</table></div>`}
		</section>`;
}
