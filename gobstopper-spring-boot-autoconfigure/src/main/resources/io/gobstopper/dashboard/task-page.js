import { useEffect, useState } from 'preact/hooks';
import { go, pathTo, remembered } from './address.js';
import { api } from './api.js';
import { AttemptTimeline } from './attempt-timeline.js';
import { between, seconds } from './format.js';
import { html } from './html.js';
import { Link } from './link.js';
import { Moment } from './moment.js';
import { FailureBanner, notify } from './notices.js';
import { usePoll } from './poll.js';
import { Progress } from './progress.js';
import { canCancel, canRetry, Status } from './status.js';
import { JsonValue, LongText } from './values.js';

const isOver = (task) => ['success', 'failed', 'cancelled'].includes(task.status);

// A value in single quotes is the same to every shell.
const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

function copyAsCurl(id) {
	const command = `curl -H 'Accept: application/json' ${quoted(location.origin + pathTo('tasks', id))}`;
	if (!navigator.clipboard) {
		notify(command);
		return;
	}
	navigator.clipboard.writeText(command).then(() => notify('Copied'), () => notify(command));
}

function Actions({ task, changesAllowed, onChanged }) {
	const change = (action, done) => async () => {
		try {
			const { id } = await api.change(task.id, action);
			notify(done);
			if (action === 'repeat') {
				go(pathTo('tasks', id));
			}
			if (action === 'discard') {
				go(remembered('tasks', 'tasks'));
			}
		}
		catch (failure) {
			notify(failure.message, 'failed');
		}
		onChanged();
	};
	return html`<div class="task-actions">
		${changesAllowed && canRetry(task.status) && html`<button type="button" class="primary" onClick=${change('retry', 'Queued again')}>Retry</button>
			<button type="button" class="danger" onClick=${change('discard', 'Deleted')}>Discard</button>`}
		${changesAllowed && canCancel(task.status) && html`<button type="button" class="danger" disabled=${task.cancelRequested}
			onClick=${change('cancel', task.status === 'started' ? 'Asked to stop' : 'Cancelled')}>${task.cancelRequested ? 'Asked to stop' : 'Cancel'}</button>`}
		${changesAllowed && html`<button type="button" title="A new task with the same arguments"
			onClick=${change('repeat', 'Enqueued as a new task')}>Run again</button>`}
		<button type="button" onClick=${() => copyAsCurl(task.id)}>Copy as curl</button>
	</div>`;
}

function Stack({ id }) {
	const [stack, setStack] = useState(null);
	const show = () => api.stack(id).then(setStack, (failure) => notify(failure.message, 'failed'));
	return html`<p><button type="button" onClick=${show}>${stack ? 'Show again where it is' : 'Show where it is'}</button></p>
		${stack && html`<${LongText} text=${stack.frames.join('\n') || 'Its thread waits for a future.'}/>`}`;
}

function Run({ task, run, stackAllowed }) {
	const facts = [
		['Running for', run.claimedAhead ? 'not begun yet' : seconds(between(task.startedAt, new Date()))],
		['Timeout', run.timeoutSeconds === null || run.timeoutSeconds === undefined ? 'none known here' : seconds(run.timeoutSeconds)],
		['Last heartbeat', html`<${Moment} at=${task.heartbeatAt} relative/>`],
		['Lease until', html`<${Moment} at=${task.leaseUntil}/>`],
		['Worker', html`<bdi>${task.node}</bdi>`],
	];
	return html`<section class="card"><h2>${run.claimedAhead ? 'Claimed to run next' : 'This attempt'}</h2>
		<dl class="facts">${facts.map(([label, value]) => html`<div key=${label}><dt>${label}</dt><dd>${value}</dd></div>`)}</dl>
		${run.here && stackAllowed && html`<${Stack} id=${task.id}/>`}
	</section>`;
}

function Facts({ task }) {
	const trace = task.headers.traceparent?.split('-')[1];
	const headers = Object.entries(task.headers).filter(([name]) => name !== 'traceparent');
	const facts = [
		['Id', html`<code>${task.id}</code>`],
		['Category', html`<bdi>${task.category}</bdi>`],
		['Priority', String(task.priority).toLowerCase()],
		['Enqueued', html`<${Moment} at=${task.createdAt}/>`],
		['Due', html`<${Moment} at=${task.dueAt}/>`],
		...(task.waitingFor ? [['Waits for', html`<bdi>${task.waitingFor}</bdi>`]] : []),
		['Completed', html`<${Moment} at=${task.completedAt}/>`],
		['Last run took', task.completedAt ? seconds(task.elapsedSeconds) : '–'],
		['Retries', `${task.retryCount} of ${task.maxRetries}`],
		['Crashes', String(task.crashCount)],
		['Snoozes', String(task.snoozeCount)],
		['Idempotency key', task.idempotencyKey ? html`<bdi>${task.idempotencyKey}</bdi>` : '–'],
		['Worker', task.node ? html`<bdi>${task.node}</bdi>` : '–'],
		['Trace id', trace ? html`<code>${trace}</code>` : '–'],
		...headers.map(([name, value]) => [html`<bdi>${name}</bdi>`, html`<bdi>${value}</bdi>`]),
	];
	return html`<section class="card"><h2>Facts</h2>
		<dl class="facts">${facts.map(([label, value], place) => html`<div key=${place}><dt>${label}</dt><dd>${value}</dd></div>`)}</dl></section>`;
}

function TaskError({ task }) {
	return html`<section class="card error"><h2>Last error</h2>
		${task.errorType && html`<p class="muted"><bdi>${task.errorType}</bdi></p>`}
		<${LongText} text=${task.error}/>
		${task.errorTrace && html`<details><summary>Stack trace</summary><${LongText} text=${task.errorTrace}/></details>`}
	</section>`;
}

function Task({ shown, onChanged }) {
	const { task, exact, attempts, run, changesAllowed, valuesShown } = shown;
	return html`<div class="page-head">
			<div class="title"><h1><bdi>${task.name}</bdi></h1><${Status} of=${run?.claimedAhead ? 'claimed' : task.status}/>
				${task.crashCount > 0 && html` <span class="status status-crashed">Recovered</span>`}</div>
			<${Actions} task=${task} changesAllowed=${changesAllowed} onChanged=${onChanged}/>
		</div>
		${(task.status === 'started' || task.progress > 0) && html`<section class="card">
			<h2>Progress</h2><${Progress} value=${task.progress} label="Progress"/>
			<p class="message muted"><bdi>${task.progressMessage || ' '}</bdi></p></section>`}
		${run && html`<${Run} task=${task} run=${run} stackAllowed=${valuesShown}/>`}
		<${AttemptTimeline} task=${task} attempts=${attempts}/>
		${task.error && html`<${TaskError} task=${task}/>`}
		<div class="columns">
			<section class="card"><h2>Arguments</h2>
				${task.args.length === 0 && Object.keys(task.kwargs).length === 0 && html`<p class="empty">It takes none.</p>`}
				${task.args.length > 0 && html`<${JsonValue} json=${exact.args}/>`}
				${Object.keys(task.kwargs).length > 0 && html`<${JsonValue} json=${exact.kwargs}/>`}
			</section>
			<section class="card"><h2>Result</h2>
				${isOver(task) && exact.result ? html`<${JsonValue} json=${exact.result}/>` : html`<p class="empty">None${isOver(task) ? '' : ' yet'}.</p>`}
			</section>
		</div>
		<${Facts} task=${task}/>`;
}

export function TaskPage({ id }) {
	const { data, failure, refresh } = usePoll(id, (signal) => api.task(id, signal),
		(shown) => (shown && isOver(shown.task) ? 10000 : 1000));
	useEffect(() => {
		document.title = `${data?.task.name ?? 'Task'} · Gobstopper`;
	}, [data?.task.name]);
	return html`<p class="back"><${Link} to=${remembered('tasks', 'tasks')}>Back to the tasks</></p>
		${failure?.status === 404 ? html`<section class="card"><h1>No such task</h1>
			<p class="empty">It never was, or was deleted when its time of retention was over.</p></section>`
			: html`<${FailureBanner} failure=${failure}/>`}
		${data && html`<${Task} shown=${data} onChanged=${refresh}/>`}
		${!data && !failure && html`<section class="card"><p class="empty" role="status">Loading…</p></section>`}`;
}
