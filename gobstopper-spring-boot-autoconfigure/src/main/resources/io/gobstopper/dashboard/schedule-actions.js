import { useState } from 'preact/hooks';
import { api } from './api.js';
import { Dialog } from './dialog.js';
import { html } from './html.js';
import { notify } from './notices.js';

export async function changeSchedule(name, action, body, done) {
	try {
		const answer = await api.changeSchedule(name, action, body);
		const message = done(answer);
		if (message) {
			notify(message);
		}
	}
	catch (failure) {
		notify(failure.message, 'failed');
	}
}

function Pause({ name, onClose, onChanged }) {
	const [note, setNote] = useState('');
	const apply = async () => {
		await changeSchedule(name, 'pause', note ? { note } : {}, () => `${name} is paused`);
		onClose();
		onChanged();
	};
	return html`<${Dialog} title=${`Pause ${name}`} confirm=${apply} confirmLabel="Pause" onClose=${onClose}>
		<p>It enqueues nothing until it is resumed, also after a deploy. Its times until then count as missed.</p>
		<label>Why, for others to read <input maxlength="500" value=${note} onInput=${(event) => setNote(event.target.value)}/></label>
	</>`;
}

export function ScheduleActions({ schedule, onChanged }) {
	const [pausing, setPausing] = useState(false);
	const { name } = schedule;
	const change = (action, done) => async () => {
		await changeSchedule(name, action, {}, done);
		onChanged();
	};
	return html`<button type="button" aria-label=${`Run ${name} now`} onClick=${change('trigger', () => `${name} is enqueued`)}>Run now</button>
		${schedule.paused
			? html`<button type="button" aria-label=${`Resume ${name}`} onClick=${change('resume', () => `${name} is resumed`)}>Resume</button>`
			: html`<button type="button" aria-label=${`Pause ${name}`} onClick=${() => setPausing(true)}>Pause</button>`}
		${pausing && html`<${Pause} name=${name} onChanged=${onChanged} onClose=${() => setPausing(false)}/>`}`;
}
