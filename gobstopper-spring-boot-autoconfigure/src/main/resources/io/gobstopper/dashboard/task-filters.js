import { useEffect, useState } from 'preact/hooks';
import { go, pathTo, withQuery } from './address.js';
import { api } from './api.js';
import { html } from './html.js';
import { Link } from './link.js';
import { statusLabel, STATUSES } from './status.js';
import { FINISHED, statuses } from './task-filter.js';

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const RARE = ['schedule', 'errorType', 'node', 'createdSince', 'createdUntil', 'crashed', 'handler'];

// What the input for a local time wants, and back.
function toLocal(iso) {
	if (!iso || isNaN(new Date(iso))) {
		return '';
	}
	const date = new Date(iso);
	return new Date(date - date.getTimezoneOffset() * 60000).toISOString().slice(0, 19);
}

const toIso = (local) => (local ? new Date(local).toISOString() : '');

export function StatusTabs({ filter }) {
	const { status, ...rest } = filter;
	const tab = (value, label) => html`<${Link} key=${value} to=${withQuery(pathTo('tasks'), { ...rest, status: value })}
		aria-current=${(status ?? '') === value ? 'true' : undefined}>${label}</>`;
	return html`<nav class="tabs" aria-label="Status">${tab('', 'All')} ${STATUSES.map((value) => tab(value, statusLabel(value)))}</nav>`;
}

function Statuses({ draft, setDraft }) {
	const chosen = statuses(draft);
	const toggle = (status) => () => {
		const next = STATUSES.filter((each) => (each === status) !== chosen.includes(each));
		setDraft({ ...draft, status: next.join(',') });
	};
	return html`<fieldset class="wide"><legend>Any of these statuses</legend>
		${STATUSES.map((status) => html`<label key=${status} class="choice"><input type="checkbox" checked=${chosen.includes(status)}
			onChange=${toggle(status)}/> ${statusLabel(status)}</label>`)}</fieldset>`;
}

// Tells whether something was typed that was not searched for yet.
export function TaskFilters({ filter, textAllowed, names, onDraft }) {
	const inputs = { ...filter, createdSince: toLocal(filter.createdSince), createdUntil: toLocal(filter.createdUntil) };
	const key = withQuery('', filter);
	const [draft, setDraftState] = useState(inputs);
	const [open, setOpen] = useState(!matchMedia('(max-width: 640px)').matches);
	useEffect(() => {
		setDraftState(inputs);
		onDraft(false);
	}, [key]);
	const found = (of) => withQuery(pathTo('tasks'), { ...of, createdSince: toIso(of.createdSince), createdUntil: toIso(of.createdUntil) });
	const setDraft = (next) => {
		setDraftState(next);
		onDraft(found(next) !== found(inputs));
	};
	const set = (name) => (event) => setDraft({ ...draft, [name]: event.target.value });
	const check = (name, value) => (event) => setDraft({ ...draft, [name]: event.target.checked ? value : '' });
	// What looks like the id of a task may as well be a part of the arguments of others.
	const apply = async (event) => {
		event.preventDefault();
		const id = (draft.text?.trim() ?? '').toLowerCase();
		const isTask = ID.test(id) && (!textAllowed || await api.task(id).then(() => true, () => false));
		go(isTask ? pathTo('tasks', id) : found(draft));
	};
	const clear = () => go(pathTo('tasks'));
	return html`<form class="card" onSubmit=${apply} role="search" aria-label="Tasks">
		<details open=${open} onToggle=${(event) => setOpen(event.target.open)}><summary>Filters</summary>
		<div class="filters">
			<label class="wide">${textAllowed ? 'Id, trace id or text' : 'Id'} <input type="search" value=${draft.text ?? ''} onInput=${set('text')}
				placeholder=${textAllowed ? 'an id, or a part of arguments, result or error' : 'the whole id of a task'}/></label>
			<label>Task <input type="text" list="names" value=${draft.name ?? ''} onInput=${set('name')}/></label>
			<label>Category <input type="text" list="categories" value=${draft.category ?? ''} onInput=${set('category')}/></label>
			<label>Finished <select value=${draft.finished ?? ''} onChange=${set('finished')}>
				<option value="">At any time, or not</option>
				${Object.entries(FINISHED).map(([value, label]) => html`<option key=${value} value=${value}>In the last ${label}</option>`)}
			</select></label>
			<div class="filter-actions">
				<button type="submit" class="primary">Find</button>
				<button type="button" onClick=${clear}>Clear</button>
			</div>
		</div>
		<details open=${RARE.some((name) => filter[name]) || statuses(filter).length > 1}><summary>More filters</summary>
		<div class="filters">
			<${Statuses} draft=${draft} setDraft=${setDraft}/>
			<label>Exception <input type="text" value=${draft.errorType ?? ''} onInput=${set('errorType')}/></label>
			<label>Schedule <input type="text" value=${draft.schedule ?? ''} onInput=${set('schedule')}/></label>
			<label>Worker <input type="text" value=${draft.node ?? ''} onInput=${set('node')}/></label>
			<label>Enqueued from <input type="datetime-local" step="1" value=${draft.createdSince} onInput=${set('createdSince')}/></label>
			<label>Enqueued until <input type="datetime-local" step="1" value=${draft.createdUntil} onInput=${set('createdUntil')}/></label>
			<label class="choice"><input type="checkbox" checked=${draft.crashed === 'true'} onChange=${check('crashed', 'true')}/> Its process died</label>
			<label class="choice"><input type="checkbox" checked=${draft.handler === 'none'} onChange=${check('handler', 'none')}/> No handler here</label>
		</div></details></details>
		<datalist id="names">${names?.names.map((name) => html`<option key=${name} value=${name}/>`)}</datalist>
		<datalist id="categories">${names?.categories.map((name) => html`<option key=${name} value=${name}/>`)}</datalist>
	</form>`;
}
