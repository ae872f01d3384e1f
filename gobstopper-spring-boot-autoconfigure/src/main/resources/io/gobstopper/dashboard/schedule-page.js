import { useEffect, useState } from 'preact/hooks';
import { go, pathTo, withQuery } from './address.js';
import { api } from './api.js';
import { Dialog } from './dialog.js';
import { count, seconds } from './format.js';
import { html } from './html.js';
import { Link } from './link.js';
import { Moment } from './moment.js';
import { FailureBanner } from './notices.js';
import { usePoll } from './poll.js';
import { BothZones, interval, States, Timing } from './schedule.js';
import { changeSchedule, ScheduleActions } from './schedule-actions.js';
import { statusLabel } from './status.js';

const INTERVAL = 2000;

const MISSED = { RUN_ONCE: 'one task for all of them', SKIP: 'left out', RUN_ALL: 'a task for each' };
const OVERLAP = { SKIP: 'the time is skipped', QUEUE_ONE: 'one waits', ALLOW: 'both run', CANCEL_RUNNING: 'the earlier one is cancelled' };

function Backfill({ name, onClose, onChanged }) {
	const [from, setFrom] = useState('');
	const [to, setTo] = useState('');
	const [missing, setMissing] = useState(null);
	const [busy, setBusy] = useState(false);
	const range = () => ({ from: new Date(from).toISOString(), to: new Date(to).toISOString() });
	const look = async () => {
		setBusy(true);
		await changeSchedule(name, 'backfill', { ...range(), dryRun: true }, ({ matching }) => {
			setMissing(matching);
			return null;
		});
		setBusy(false);
	};
	const apply = async () => {
		setBusy(true);
		await changeSchedule(name, 'backfill', range(), ({ enqueued }) => `${count(enqueued)} enqueued`);
		onClose();
		onChanged();
	};
	const edit = (set) => (event) => {
		set(event.target.value);
		setMissing(null);
	};
	return html`<${Dialog} title=${`Backfill ${name}`} confirm=${apply} busy=${busy} onClose=${onClose}
		confirmLabel=${missing === null ? 'Enqueue' : `Enqueue ${count(missing)}`} disabled=${!missing}>
		<p>Enqueues a task for each time of a range in the past for which there is none.</p>
		<label>From <input type="datetime-local" step="1" value=${from} readonly=${busy} onInput=${edit(setFrom)}/></label>
		<label>Before <input type="datetime-local" step="1" value=${to} readonly=${busy} onInput=${edit(setTo)}/></label>
		<button type="button" onClick=${look} disabled=${busy || !from || !to || from >= to}>Count</button>
		<p role="status">${missing !== null && `${count(missing)} ${missing === 1 ? 'time has' : 'times have'} no task.`}</p>
	</>`;
}

// The oldest first, as one reads.
function Runs({ name, runs }) {
	return html`<section class="card"><h2>Last tasks</h2>
		${runs.length === 0 ? html`<p class="empty">It has enqueued none that is kept.</p>` : html`<ol class="runs">
			${[...runs].reverse().map((run) => html`<li key=${run.id}><${Link} to=${pathTo('tasks', run.id)} class=${`status status-${run.status}`}
				title=${`${run.scheduledAt ?? ''} · ran ${seconds(run.elapsedSeconds)}`}>${statusLabel(run.status)}</></li>`)}</ol>`}
		<p><${Link} to=${withQuery(pathTo('tasks'), { schedule: name })}>All its tasks</></p>
	</section>`;
}

function Facts({ schedule, next }) {
	const facts = [
		['Task', html`<bdi>${schedule.task}</bdi>`],
		['Category', html`<bdi>${schedule.category}</bdi>`],
		['Times', html`<${Timing} schedule=${schedule}/>`],
		['Declared', { CODE: 'in code', UNDECLARED: 'in code that no process runs any more', DATA: 'as data' }[schedule.origin]],
		['Missed times', `${MISSED[schedule.missed]}, within ${interval(schedule.missedWithin)}`],
		['While one is unfinished', OVERLAP[schedule.overlap]],
		['Enqueued', count(schedule.fired)],
		['Missed', count(schedule.missedCount)],
		['Skipped', count(schedule.skippedCount)],
		['Last', html`<${Moment} at=${schedule.lastAt}/>`],
	];
	return html`<section class="card"><h2>Next times</h2>
			${schedule.paused && html`<p>Paused${schedule.note && html`: <bdi>${schedule.note}</bdi>`}</p>`}
			${next.length === 0 ? html`<p class="empty">None.</p>` : html`<ol class="times">${next.map((at) => html`<li key=${at}>
				<${BothZones} at=${at} zone=${schedule.zone}/></li>`)}</ol>`}
		</section>
		${schedule.skipReason && html`<section class="card"><h2>Last skipped</h2>
			<p><${Moment} at=${schedule.skippedAt}/>: <bdi>${schedule.skipReason}</bdi></p></section>`}
		<section class="card"><h2>Facts</h2>
			<dl class="facts">${facts.map(([label, value]) => html`<div key=${label}><dt>${label}</dt><dd>${value}</dd></div>`)}</dl></section>`;
}

function MoreActions({ schedule, onChanged }) {
	const [filling, setFilling] = useState(false);
	const { name } = schedule;
	const reset = async () => {
		await changeSchedule(name, 'reset', {}, () => `${name} has the times of the code again`);
		onChanged();
	};
	const remove = async () => {
		await changeSchedule(name, 'delete', {}, () => `${name} is deleted`);
		go(pathTo('schedules'));
	};
	return html`<button type="button" onClick=${() => setFilling(true)}>Backfill</button>
		${schedule.overridden && html`<button type="button" onClick=${reset}>Reset times</button>`}
		${schedule.origin !== 'CODE' && html`<button type="button" class="danger" onClick=${remove}>Delete</button>`}
		${filling && html`<${Backfill} name=${name} onChanged=${onChanged} onClose=${() => setFilling(false)}/>`}`;
}

export function SchedulePage({ name }) {
	const { data, failure, refresh } = usePoll(name, (signal) => api.schedule(name, signal), () => INTERVAL);
	useEffect(() => {
		document.title = `${name} · Gobstopper`;
	}, [name]);
	return html`<p class="back"><${Link} to=${pathTo('schedules')}>Back to the schedules</></p>
		${failure?.status === 404 ? html`<section class="card"><h1>No such schedule</h1><p class="empty">It never was, or was deleted.</p></section>`
			: html`<${FailureBanner} failure=${failure}/>`}
		${data && html`<div class="page-head">
				<div class="title"><h1><bdi>${data.schedule.name}</bdi></h1><${States} schedule=${data.schedule}/></div>
				${data.changesAllowed && html`<div class="task-actions"><${ScheduleActions} schedule=${data.schedule} onChanged=${refresh}/>
					<${MoreActions} schedule=${data.schedule} onChanged=${refresh}/></div>`}
			</div>
			<${Runs} name=${data.schedule.name} runs=${data.runs}/>
			<${Facts} schedule=${data.schedule} next=${data.next}/>`}
		${!data && !failure && html`<section class="card"><p class="empty" role="status">Loading…</p></section>`}`;
}
