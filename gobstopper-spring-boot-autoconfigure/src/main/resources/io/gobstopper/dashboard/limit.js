import { useState } from 'preact/hooks';
import { api } from './api.js';
import { Dialog } from './dialog.js';
import { html } from './html.js';
import { Moment } from './moment.js';
import { notify } from './notices.js';

export function numbers(limit) {
	const burst = limit.burst > 1 ? `, ${limit.burst} at once` : '';
	return [
		limit.perKey && `${limit.perKey} of each key`,
		limit.total && `${limit.total} altogether`,
		limit.rate && `${limit.rate}${burst}`,
	].filter(Boolean).join('; ') || html`<span class="muted">any number</span>`;
}

export function LimitStates({ limit }) {
	return html`${limit.paused && html` <span class="status status-paused">Paused</span>`}
		${limit.overridden && html` <span class="status status-retry">Overridden until <${Moment} at=${limit.overridden.until}/></span>`}`;
}

export async function changeLimit(name, action, body, done) {
	try {
		await api.changeLimit(name, action, body);
		notify(done);
	}
	catch (failure) {
		notify(failure.message, 'failed');
	}
}

export function PauseButton({ limit, onChanged }) {
	const [action, label] = limit.paused ? ['resume', 'Resume'] : ['pause', 'Pause'];
	const change = async () => {
		await changeLimit(limit.name, action, {}, `${limit.name} is ${action}d`);
		onChanged();
	};
	return html`<button type="button" aria-label=${`${label} ${limit.name}`} onClick=${change}>${label}</button>`;
}

const NUMBERS = [['perKey', 'Of each key at once', 'number'], ['total', 'Altogether at once', 'number'],
	['rate', 'Rate, such as 60/1m', 'text'], ['burst', 'Of these at the same moment', 'number']];

export function Override({ limit, onClose, onChanged }) {
	const said = limit.overridden?.numbers ?? {};
	const [values, setValues] = useState({ perKey: said.perKey ?? '', total: said.total ?? '', rate: said.rate ?? '', burst: said.burst ?? '', timeToLive: '1h' });
	const edit = (name) => (event) => setValues({ ...values, [name]: event.target.value.trim() });
	const given = Object.entries(values).filter(([, value]) => value !== '');
	const apply = async () => {
		const body = Object.fromEntries(given.map(([name, value]) => [name, name === 'rate' || name === 'timeToLive' ? value : Number(value)]));
		await changeLimit(limit.name, 'override', body, `${limit.name} has other numbers for ${values.timeToLive}`);
		onClose();
		onChanged();
	};
	return html`<${Dialog} title=${`Override ${limit.name}`} confirm=${apply} confirmLabel="Override" onClose=${onClose}
			disabled=${!values.timeToLive || given.length < 2}>
		<p>These numbers count in all processes until the time is over. What is empty stays as it is.</p>
		${NUMBERS.map(([name, label, type]) => html`<label key=${name}>${label}
			<input type=${type} min="1" value=${values[name]} onInput=${edit(name)}/></label>`)}
		<label>For how long, such as 30m, 2h or 1d <input type="text" value=${values.timeToLive} onInput=${edit('timeToLive')}/></label>
	</>`;
}
