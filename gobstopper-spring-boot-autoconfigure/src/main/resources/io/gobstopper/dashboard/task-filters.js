import { useEffect, useState } from 'preact/hooks';
import { go, pathTo, withQuery } from './address.js';
import { html } from './html.js';
import { statusLabel, STATUSES } from './status.js';

// What the input for a local time wants, and back.
function toLocal(iso) {
	if (!iso || isNaN(new Date(iso))) {
		return '';
	}
	const date = new Date(iso);
	return new Date(date - date.getTimezoneOffset() * 60000).toISOString().slice(0, 19);
}

const toIso = (local) => (local ? new Date(local).toISOString() : '');

export function TaskFilters({ filter, textAllowed }) {
	const inputs = { ...filter, since: toLocal(filter.since), until: toLocal(filter.until) };
	const [draft, setDraft] = useState(inputs);
	useEffect(() => setDraft(inputs), [withQuery('', filter)]);
	const set = (name) => (event) => setDraft({ ...draft, [name]: event.target.value });
	const apply = (event) => {
		event.preventDefault();
		go(withQuery(pathTo('tasks'), { ...draft, since: toIso(draft.since), until: toIso(draft.until) }));
	};
	const clear = () => go(pathTo('tasks'));
	return html`<form class="card filters" onSubmit=${apply} role="search" aria-label="Tasks">
		<label>Status <select value=${draft.status ?? ''} onChange=${set('status')}>
			<option value="">Any</option>
			${STATUSES.map((status) => html`<option key=${status} value=${status}>${statusLabel(status)}</option>`)}
		</select></label>
		<label>Category <input type="text" value=${draft.category ?? ''} onInput=${set('category')}/></label>
		<label>Task <input type="text" value=${draft.name ?? ''} onInput=${set('name')}/></label>
		<label class="wide">Contains <input type="search" value=${draft.text ?? ''} onInput=${set('text')}
			placeholder="any text of it" disabled=${!textAllowed}/></label>
		<label>Enqueued from <input type="datetime-local" step="1" value=${draft.since} onInput=${set('since')}/></label>
		<label>Enqueued until <input type="datetime-local" step="1" value=${draft.until} onInput=${set('until')}/></label>
		<div class="filter-actions">
			<button type="submit" class="primary">Find</button>
			<button type="button" onClick=${clear}>Clear</button>
		</div>
	</form>`;
}
