import { useEffect, useState } from 'preact/hooks';
import { api } from './api.js';
import { Dialog } from './dialog.js';
import { count } from './format.js';
import { html } from './html.js';
import { notify } from './notices.js';
import { canCancel, canRetry } from './status.js';

const DONE = { retry: 'queued again', cancel: 'cancelled or asked to stop' };
const LABELS = { retry: 'Retry', cancel: 'Cancel' };
const POSSIBLE = { retry: canRetry, cancel: canCancel };
const EXPLAINED = {
	retry: 'Failed and cancelled tasks are queued again, behind all others.',
	cancel: 'Waiting tasks never run; running ones are asked to stop.',
};

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

// Tells first how many there are, as the database counts them now.
function ConfirmAll({ action, filter, onClose, onChanged }) {
	const [matching, setMatching] = useState(null);
	const [busy, setBusy] = useState(false);
	const fail = (failure) => {
		notify(failure.message, 'failed');
		onClose();
	};
	useEffect(() => {
		api.changeAll(action, filter, true).then((answer) => setMatching(answer.matching), fail);
	}, []);
	const confirm = async () => {
		setBusy(true);
		try {
			const { changed } = await api.changeAll(action, filter, false);
			notify(`${count(changed)} tasks were ${DONE[action]}`);
			onChanged();
			onClose();
		}
		catch (failure) {
			fail(failure);
		}
	};
	return html`<${Dialog} title=${`${LABELS[action]} all that match`} confirm=${confirm} busy=${busy} danger=${action === 'cancel'}
			confirmLabel=${matching === null ? LABELS[action] : `${LABELS[action]} ${count(matching)}`} disabled=${!matching} onClose=${onClose}>
		<p class="dry-run">${matching === null ? 'Counting…' : `${count(matching)} tasks match and can be changed.`}</p>
		<p class="muted">${EXPLAINED[action]}</p>
	</>`;
}

function ConfirmSelected({ action, tasks, onClose, onChanged }) {
	const [busy, setBusy] = useState(false);
	const possible = tasks.filter((task) => POSSIBLE[action](task.status));
	const confirm = async () => {
		setBusy(true);
		try {
			notify(`${count(await changeEach(action, possible))} tasks were ${DONE[action]}`);
			onChanged();
		}
		catch (failure) {
			notify(failure.message, 'failed');
		}
		onClose();
	};
	return html`<${Dialog} title=${`${LABELS[action]} those selected`} confirm=${confirm} busy=${busy} danger=${action === 'cancel'}
			confirmLabel=${`${LABELS[action]} ${count(possible.length)}`} disabled=${possible.length === 0} onClose=${onClose}>
		<p class="dry-run">${count(possible.length)} of ${count(tasks.length)} selected tasks can be changed.</p>
		<p class="muted">${EXPLAINED[action]}</p>
	</>`;
}

export function BulkActions({ filter, selected, onChanged }) {
	const [asked, setAsked] = useState(null);
	const filtered = Object.values(filter).some(Boolean);
	const close = () => setAsked(null);
	const button = (action, all) => html`<button type="button" onClick=${() => setAsked({ action, all })}
		disabled=${all ? !filtered : selected.length === 0}
		title=${all && !filtered ? 'Say which tasks first: set a filter' : undefined}>${LABELS[action]} ${all ? 'all that match' : 'selected'}…</button>`;
	return html`<div class="bulk" role="group" aria-label="Change many tasks">
		<span class="muted">${count(selected.length)} selected</span>
		${button('retry', false)} ${button('cancel', false)} ${button('retry', true)} ${button('cancel', true)}
		${asked?.all && html`<${ConfirmAll} action=${asked.action} filter=${filter} onClose=${close} onChanged=${onChanged}/>`}
		${asked && !asked.all && html`<${ConfirmSelected} action=${asked.action} tasks=${selected} onClose=${close} onChanged=${onChanged}/>`}
	</div>`;
}
