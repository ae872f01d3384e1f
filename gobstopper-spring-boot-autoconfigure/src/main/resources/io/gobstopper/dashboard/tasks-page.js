import { useEffect, useState } from 'preact/hooks';
import { go, pathTo, remember, withQuery } from './address.js';
import { api } from './api.js';
import { BulkActions } from './bulk-actions.js';
import { count, seconds } from './format.js';
import { html } from './html.js';
import { Link } from './link.js';
import { Moment } from './moment.js';
import { FailureBanner } from './notices.js';
import { usePoll } from './poll.js';
import { Progress } from './progress.js';
import { Status } from './status.js';
import { toRequest } from './task-filter.js';
import { StatusTabs, TaskFilters } from './task-filters.js';

const PAGE = 40;
const INTERVAL = 3000;
const COUNT_INTERVAL = 15000;
const NAMES_INTERVAL = 60000;

function Outcome({ task }) {
	if (task.claimedAhead) {
		return html`<span class="muted">not begun yet</span>`;
	}
	if (task.status === 'started') {
		return html`<${Progress} value=${task.progress} label=${`Progress of ${task.name}`}/>`;
	}
	if (task.error) {
		return html`<span class="message"><bdi>${task.error}</bdi></span>`;
	}
	return task.completedAt ? html`<span class="muted">ran ${seconds(task.elapsedSeconds)}</span>` : null;
}

// The time that matters in its status.
function When({ task }) {
	if (task.completedAt) {
		return html`finished <${Moment} at=${task.completedAt} relative/>`;
	}
	if (task.claimedAhead) {
		return html`claimed <${Moment} at=${task.startedAt} relative/>`;
	}
	return task.status === 'started' ? html`started <${Moment} at=${task.startedAt} relative/>` : html`due <${Moment} at=${task.dueAt} relative/>`;
}

function Row({ task, selectable, selected, onSelect }) {
	return html`<tr class=${selected ? 'selected' : ''}>
		${selectable && html`<td class="check"><input type="checkbox" checked=${selected} onChange=${onSelect}
			aria-label=${`Select ${task.name} ${task.id}`}/></td>`}
		<th scope="row"><${Link} to=${pathTo('tasks', task.id)}><bdi>${task.name}</bdi></>
			<span class="muted id">${task.id.slice(-8)}</span>
			<span class="arguments"><bdi>${task.arguments}</bdi></span></th>
		<td><${Status} of=${task.claimedAhead ? 'claimed' : task.status}/>
			${task.crashCount > 0 && html` <span class="status status-crashed" title="Its process died while it ran">Recovered</span>`}</td>
		<td class="category"><bdi>${task.category}</bdi></td>
		<td class="when" title=${`Enqueued ${task.createdAt}`}><${When} task=${task}/></td>
		<td class="number attempts">${task.attempt}</td>
		<td class="outcome"><${Outcome} task=${task}/></td>
	</tr>`;
}

function Pages({ query, filter, data }) {
	const first = Number(query.from ?? 0);
	// To count what contains a text, all of it would have to be read.
	const { data: total } = usePoll(withQuery('', filter), async (signal) => ({ count: filter.text ? 0 : await api.count(toRequest(filter), signal) }), () => COUNT_INTERVAL);
	const next = data?.next && { ...filter, after: data.next, from: first + data.tasks.length };
	return html`<div class="pages">
		${data?.searchedUntil && html`<span class="muted" role="status">Looked back to <${Moment} at=${data.searchedUntil}/></span>`}
		${data?.tasks.length > 0 && html`<span class="muted" role="status">${count(first + 1)}–${count(first + data.tasks.length)}
			${total?.count ? ` of ${count(Math.max(total.count, first + data.tasks.length))}` : ''}</span>`}
		${query.after && html`<button type="button" onClick=${() => go(withQuery(pathTo('tasks'), filter))}>Newest</button>`}
		${next && html`<button type="button" onClick=${() => go(withQuery(pathTo('tasks'), next))}>${data.searchedUntil ? 'Look further' : 'Older'}</button>`}
	</div>`;
}

export function TasksPage({ query }) {
	const { after, from, ...filter } = query;
	const key = withQuery('', query);
	const [selected, setSelected] = useState(new Set());
	const [pending, setPending] = useState(false);
	const { data, failure, refresh } = usePoll(key, (signal) => api.tasks({ ...toRequest(query), limit: PAGE }, signal), () => INTERVAL);
	const { data: names } = usePoll('names', (signal) => api.names(signal), () => NAMES_INTERVAL);
	useEffect(() => {
		document.title = 'Tasks · Gobstopper';
	}, []);
	useEffect(() => {
		setSelected(new Set());
		remember('tasks');
	}, [key]);

	const toggle = (id) => {
		const next = new Set(selected);
		if (!next.delete(id)) {
			next.add(id);
		}
		setSelected(next);
	};
	const all = data?.tasks.length > 0 && data.tasks.every((task) => selected.has(task.id));
	const toggleAll = () => setSelected(new Set(all ? [] : data.tasks.map((task) => task.id)));
	const changed = () => {
		setSelected(new Set());
		refresh();
	};
	const selectable = data?.changesAllowed;
	return html`<div class="page-head"><h1>Tasks</h1></div>
		<${StatusTabs} filter=${filter}/>
		<${TaskFilters} filter=${filter} textAllowed=${data?.valuesShown ?? true} names=${names} onDraft=${setPending}/>
		<${FailureBanner} failure=${failure}/>
		${selectable && html`<${BulkActions} filter=${filter} pending=${pending}
			selected=${data.tasks.filter((task) => selected.has(task.id))} onChanged=${changed}/>`}
		<section class="card">
			${!data && !failure && html`<p class="empty" role="status">Loading…</p>`}
			${data?.tasks.length === 0 && html`<p class="empty">${data.searchedUntil ? 'Nothing found yet.' : 'No task matches.'}</p>`}
			${data?.tasks.length > 0 && html`<div class="scroll"><table class="tasks">
				<thead><tr>
					${selectable && html`<th scope="col" class="check"><input type="checkbox" checked=${all} onChange=${toggleAll}
						aria-label="Select all on this page"/></th>`}
					<th scope="col">Task</th><th scope="col">Status</th><th scope="col">Category</th><th scope="col">When</th>
					<th scope="col" class="number">Attempt</th><th scope="col">Outcome</th>
				</tr></thead>
				<tbody>${data.tasks.map((task) => html`<${Row} key=${task.id} task=${task} selectable=${selectable}
					selected=${selected.has(task.id)} onSelect=${() => toggle(task.id)}/>`)}</tbody>
			</table></div>`}
			<${Pages} query=${query} filter=${filter} data=${data}/>
		</section>`;
}
