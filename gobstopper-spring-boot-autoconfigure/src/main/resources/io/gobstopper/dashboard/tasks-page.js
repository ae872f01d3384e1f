import { useEffect, useState } from 'preact/hooks';
import { go, pathTo, withQuery } from './address.js';
import { api } from './api.js';
import { BulkActions } from './bulk-actions.js';
import { ago, seconds } from './format.js';
import { html } from './html.js';
import { Link } from './link.js';
import { Moment } from './moment.js';
import { FailureBanner } from './notices.js';
import { usePoll } from './poll.js';
import { Progress } from './progress.js';
import { Status } from './status.js';
import { TaskFilters } from './task-filters.js';

const PAGE = 40;
const INTERVAL = 3000;

function Outcome({ task }) {
	if (task.status === 'started') {
		return html`<${Progress} value=${task.progress} label=${`Progress of ${task.name}`}/>`;
	}
	if (task.error) {
		return html`<span class="message"><bdi>${task.error}</bdi></span>`;
	}
	return task.completedAt ? html`<span class="muted">ran ${seconds(task.elapsedSeconds)}</span>`
		: html`<span class="muted">due ${ago(task.dueAt)}</span>`;
}

function Row({ task, selectable, selected, onSelect }) {
	return html`<tr class=${selected ? 'selected' : ''}>
		${selectable && html`<td class="check"><input type="checkbox" checked=${selected} onChange=${onSelect}
			aria-label=${`Select ${task.name} ${task.id}`}/></td>`}
		<th scope="row"><${Link} to=${pathTo('tasks', task.id)}><bdi>${task.name}</bdi></>
			<span class="muted id">${task.id.slice(-8)}</span></th>
		<td><${Status} of=${task.status}/>
			${task.crashCount > 0 && html` <span class="status status-crashed" title="Its process died while it ran">Recovered</span>`}</td>
		<td><bdi>${task.category}</bdi></td>
		<td><${Moment} at=${task.createdAt}/></td>
		<td class="number">${task.attempt}</td>
		<td class="outcome"><${Outcome} task=${task}/></td>
	</tr>`;
}

export function TasksPage({ query }) {
	const { after, ...filter } = query;
	const key = withQuery('', query);
	const [selected, setSelected] = useState(new Set());
	const { data, failure, refresh } = usePoll(key, (known, signal) => api.tasks({ ...query, limit: PAGE }, known, signal), () => INTERVAL);
	useEffect(() => {
		document.title = 'Tasks · Gobstopper';
	}, []);
	useEffect(() => setSelected(new Set()), [key]);

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
		<${TaskFilters} filter=${filter} textAllowed=${data?.valuesShown ?? true}/>
		<${FailureBanner} failure=${failure}/>
		${selectable && html`<${BulkActions} filter=${filter} selected=${data.tasks.filter((task) => selected.has(task.id))} onChanged=${changed}/>`}
		<section class="card">
			${!data && !failure && html`<p class="empty" role="status">Loading…</p>`}
			${data?.tasks.length === 0 && html`<p class="empty">No task matches.</p>`}
			${data?.tasks.length > 0 && html`<div class="scroll"><table class="tasks">
				<thead><tr>
					${selectable && html`<th scope="col" class="check"><input type="checkbox" checked=${all} onChange=${toggleAll}
						aria-label="Select all on this page"/></th>`}
					<th scope="col">Task</th><th scope="col">Status</th><th scope="col">Category</th><th scope="col">Enqueued</th>
					<th scope="col" class="number">Attempt</th><th scope="col">Outcome</th>
				</tr></thead>
				<tbody>${data.tasks.map((task) => html`<${Row} key=${task.id} task=${task} selectable=${selectable}
					selected=${selected.has(task.id)} onSelect=${() => toggle(task.id)}/>`)}</tbody>
			</table></div>`}
			<div class="pages">
				${after && html`<button type="button" onClick=${() => go(withQuery(pathTo('tasks'), filter))}>Newest</button>`}
				${data?.next && html`<button type="button" onClick=${() => go(withQuery(pathTo('tasks'), { ...filter, after: data.next }))}>Older</button>`}
			</div>
		</section>`;
}
