import { useEffect, useState } from 'preact/hooks';
import { pathTo } from './address.js';
import { api } from './api.js';
import { Dialog } from './dialog.js';
import { count } from './format.js';
import { html } from './html.js';
import { Link } from './link.js';
import { notify } from './notices.js';
import { canCancel, canRetry } from './status.js';
import { inWords, toRequest } from './task-filter.js';

const DONE = { retry: 'queued again', cancel: 'cancelled or asked to stop', discard: 'deleted' };
const LABELS = { retry: 'Retry', cancel: 'Cancel', discard: 'Discard' };
const POSSIBLE = { retry: canRetry, cancel: canCancel, discard: canRetry };
const EXPLAINED = {
	retry: 'Failed and cancelled tasks are queued again, behind all others.',
	cancel: 'Waiting tasks never run; running ones are asked to stop.',
	discard: 'Failed and cancelled tasks are deleted, with all that is known of them. This cannot be undone.',
};
const isDangerous = (action) => action !== 'retry';

const tasks = (number) => `${count(number)} ${number === 1 ? 'task' : 'tasks'}`;
const were = (number) => `${tasks(number)} ${number === 1 ? 'was' : 'were'}`;

async function changeEach(action, tasks) {
	let changed = 0;
	for (const task of tasks) {
		try {
			changed += (await api.change(task.id, action)).changed;
		}
		catch (failure) {
			// It has moved on meanwhile, or is gone.
			if (failure.status !== 409 && failure.status !== 404) {
				throw failure;
			}
		}
	}
	return changed;
}

// Those that had waited wait again; who was asked to stop stops.
function undoCancel(request, asOf, done, onChanged) {
	return async () => {
		try {
			const { status, handler, completedSince, completedUntil, ...rest } = request;
			const { changed } = await api.changeAll('restore', { ...rest, status: 'cancelled', completedSince: asOf.split('/')[0], completedUntil: done });
			notify(`${tasks(changed)} ${changed === 1 ? 'waits' : 'wait'} again`);
		}
		catch (failure) {
			notify(failure.message, 'failed');
		}
		onChanged();
	};
}

// Tells first how many there are, as the database counts them now, and changes no others.
function ConfirmAll({ action, filter, onClose, onChanged }) {
	const [counted, setCounted] = useState(null);
	const [busy, setBusy] = useState(false);
	const [request] = useState(() => toRequest(filter));
	const fail = (failure) => {
		notify(failure.message, 'failed');
		onClose();
	};
	useEffect(() => {
		api.changeAll(action, request, { dryRun: true }).then(setCounted, fail);
	}, []);
	const confirm = async () => {
		setBusy(true);
		try {
			const { changed, doneAt } = await api.changeAll(action, request, { asOf: counted.asOf });
			notify(`${were(changed)} ${DONE[action]}`, 'done', action === 'cancel' && changed > 0 ? undoCancel(request, counted.asOf, doneAt, onChanged) : null);
			onChanged();
			onClose();
		}
		catch (failure) {
			fail(failure);
		}
	};
	const example = counted?.example;
	return html`<${Dialog} title=${`${LABELS[action]} all that match`} confirm=${confirm} busy=${busy} danger=${isDangerous(action)}
			confirmLabel=${counted?.matching ? `${LABELS[action]} ${count(counted.matching)}` : LABELS[action]} disabled=${!counted?.matching} onClose=${onClose}>
		<p class="filter-words"><bdi>${inWords(filter)}</bdi></p>
		<p class="dry-run">${counted === null ? 'Counting…' : `${tasks(counted.matching)} can be changed.`}</p>
		${example && html`<p>For example <${Link} to=${pathTo('tasks', example.id)}><bdi>${example.name}</bdi> ${example.id.slice(-8)}</></p>`}
		<p class="muted">${EXPLAINED[action]}</p>
	</>`;
}

function ConfirmSelected({ action, selected, onClose, onChanged }) {
	const [busy, setBusy] = useState(false);
	const possible = selected.filter((task) => POSSIBLE[action](task.status));
	const confirm = async () => {
		setBusy(true);
		try {
			notify(`${were(await changeEach(action, possible))} ${DONE[action]}`);
		}
		catch (failure) {
			notify(failure.message, 'failed');
		}
		onChanged();
		onClose();
	};
	return html`<${Dialog} title=${`${LABELS[action]} those selected`} confirm=${confirm} busy=${busy} danger=${isDangerous(action)}
			confirmLabel=${possible.length ? `${LABELS[action]} ${count(possible.length)}` : LABELS[action]} disabled=${possible.length === 0} onClose=${onClose}>
		<p class="dry-run">${count(possible.length)} of ${count(selected.length)} selected tasks can be changed.</p>
		<p class="muted">${EXPLAINED[action]}</p>
	</>`;
}

export function BulkActions({ filter, pending, selected, onChanged }) {
	const [asked, setAsked] = useState(null);
	const filtered = Object.values(filter).some(Boolean);
	const close = () => setAsked(null);
	const why = pending ? 'Press Find first: what was typed was not searched for yet' : 'Say which tasks first: set a filter';
	const button = (action, all) => html`<button type="button" onClick=${() => setAsked({ action, all })}
		aria-label=${`${LABELS[action]} ${all ? 'all that match' : 'selected'}`} disabled=${all ? !filtered || pending : selected.length === 0}
		title=${all && (!filtered || pending) ? why : undefined}>${LABELS[action]}</button>`;
	return html`<div class="bulk">
		<span role="group" aria-label="Change the selected tasks"><span class="muted">${count(selected.length)} selected:</span>
			${['retry', 'cancel', 'discard'].map((action) => button(action, false))}</span>
		<span role="group" aria-label="Change all that match"><span class="muted">All that match:</span>
			${['retry', 'cancel', 'discard'].map((action) => button(action, true))}</span>
		${asked?.all && html`<${ConfirmAll} action=${asked.action} filter=${filter} onClose=${close} onChanged=${onChanged}/>`}
		${asked && !asked.all && html`<${ConfirmSelected} action=${asked.action} selected=${selected} onClose=${close} onChanged=${onChanged}/>`}
	</div>`;
}
