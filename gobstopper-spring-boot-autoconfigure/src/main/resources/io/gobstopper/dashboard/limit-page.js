import { useEffect, useState } from 'preact/hooks';
import { pathTo } from './address.js';
import { api } from './api.js';
import { count } from './format.js';
import { html } from './html.js';
import { changeLimit, LimitStates, numbers, Override, PauseButton } from './limit.js';
import { Link } from './link.js';
import { FailureBanner } from './notices.js';
import { usePoll } from './poll.js';

const INTERVAL = 2000;

function Facts({ limit }) {
	const facts = [
		['May run', numbers(limit)],
		['Have a place', count(limit.active)],
		['Wait', count(limit.waiting)],
		['Keys put off', count(limit.closedKeys)],
	];
	return html`<section class="card"><h2>Now</h2>
		<dl class="facts">${facts.map(([label, value]) => html`<div key=${label}><dt>${label}</dt><dd>${value}</dd></div>`)}</dl></section>`;
}

function KeyActions({ name, of, onChanged }) {
	const change = async (action) => {
		await changeLimit(name, action, { key: of }, `${of} is ${action}d`);
		onChanged();
	};
	return html`<button type="button" aria-label=${`Pause ${of}`} onClick=${() => change('pause')}>Pause</button>
		<button type="button" aria-label=${`Resume ${of}`} onClick=${() => change('resume')}>Resume</button>`;
}

function Keys({ name, keys, changesAllowed, onChanged }) {
	return html`<section class="card"><h2>Longest keys</h2>
		${!keys && html`<p class="empty">Keys are made of arguments, which are not shown to you.</p>`}
		${keys?.length === 0 && html`<p class="empty">No task with a key waits.</p>`}
		${keys?.length > 0 && html`<div class="scroll" tabindex="0" role="region" aria-label="Longest keys"><table>
			<thead><tr>
				<th scope="col">Key</th><th scope="col" class="number">Have a place</th><th scope="col" class="number">Wait</th>
				${changesAllowed && html`<th scope="col"><span class="visually-hidden">Actions</span></th>`}
			</tr></thead>
			<tbody>${keys.map(({ key, active, waiting }) => html`<tr key=${key}>
				<th scope="row"><bdi>${key}</bdi></th><td class="number">${count(active)}</td><td class="number">${count(waiting)}</td>
				${changesAllowed && html`<td class="actions"><${KeyActions} name=${name} of=${key} onChanged=${onChanged}/></td>`}
			</tr>`)}</tbody>
		</table></div>`}
	</section>`;
}

function Actions({ limit, onChanged }) {
	const [overriding, setOverriding] = useState(false);
	const reset = async () => {
		await changeLimit(limit.name, 'reset', {}, `${limit.name} has the numbers of the code again`);
		onChanged();
	};
	return html`<div class="task-actions"><${PauseButton} limit=${limit} onChanged=${onChanged}/>
		<button type="button" onClick=${() => setOverriding(true)}>Override</button>
		${limit.overridden && html`<button type="button" onClick=${reset}>Reset numbers</button>`}
		${overriding && html`<${Override} limit=${limit} onChanged=${onChanged} onClose=${() => setOverriding(false)}/>`}</div>`;
}

export function LimitPage({ name }) {
	const { data, failure, refresh } = usePoll(name, (signal) => api.limit(name, signal), () => INTERVAL);
	useEffect(() => {
		document.title = `${name} · Gobstopper`;
	}, [name]);
	return html`<p class="back"><${Link} to=${pathTo('limits')}>Back to the limits</></p>
		${failure?.status === 404 ? html`<section class="card"><h1>No such limit</h1><p class="empty">No handler and no property names it.</p></section>`
			: html`<${FailureBanner} failure=${failure}/>`}
		${data && html`<div class="page-head">
				<div class="title"><h1><bdi>${data.limit.name}</bdi></h1><${LimitStates} limit=${data.limit}/></div>
				${data.changesAllowed && html`<${Actions} limit=${data.limit} onChanged=${refresh}/>`}
			</div>
			<${Facts} limit=${data.limit}/>
			<${Keys} name=${data.limit.name} keys=${data.longestKeys} changesAllowed=${data.changesAllowed} onChanged=${refresh}/>`}
		${!data && !failure && html`<section class="card"><p class="empty" role="status">Loading…</p></section>`}`;
}
