import { useEffect } from 'preact/hooks';
import { pathTo } from './address.js';
import { api } from './api.js';
import { count } from './format.js';
import { html } from './html.js';
import { LimitStates, numbers, PauseButton } from './limit.js';
import { Link } from './link.js';
import { FailureBanner } from './notices.js';
import { usePoll } from './poll.js';

const INTERVAL = 3000;

function Row({ limit, changesAllowed, onChanged }) {
	return html`<tr>
		<th scope="row"><${Link} to=${pathTo('limits', limit.name)}><bdi>${limit.name}</bdi></><${LimitStates} limit=${limit}/></th>
		<td>${numbers(limit)}</td>
		<td class="number">${count(limit.active)}</td>
		<td class="number">${count(limit.waiting)}</td>
		<td class="number">${count(limit.closedKeys)}</td>
		${changesAllowed && html`<td class="actions"><${PauseButton} limit=${limit} onChanged=${onChanged}/></td>`}
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
