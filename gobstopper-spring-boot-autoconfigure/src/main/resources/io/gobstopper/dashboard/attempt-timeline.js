import { between, seconds } from './format.js';
import { html } from './html.js';
import { Moment } from './moment.js';
import { Status, statusLabel } from './status.js';
import { LongText } from './values.js';

// From when it could run: not before it was due, nor before the attempt before had ended.
function waitedFrom(dueAt, before) {
	return before?.endedAt && new Date(before.endedAt) > new Date(dueAt) ? before.endedAt : dueAt;
}

function waits(dueAt, before, to) {
	const from = waitedFrom(dueAt, before);
	const delay = before?.endedAt && from === dueAt ? [{ kind: 'delayed', from: before.endedAt, to: dueAt, label: 'delayed' }] : [];
	return [...delay, { kind: 'waited', from, to, label: 'waited' }];
}

// Each attempt waited until it started and ran until it ended.
function phases(task, attempts) {
	const now = new Date().toISOString();
	const all = attempts.flatMap((attempt, i) => [
		...waits(attempt.dueAt, attempts[i - 1], attempt.startedAt),
		{ kind: attempt.outcome, from: attempt.startedAt, to: attempt.endedAt ?? now, label: statusLabel(attempt.outcome).toLowerCase() },
	]);
	if (['pending', 'retry'].includes(task.status)) {
		all.push(...waits(task.dueAt, attempts.at(-1), now));
	}
	return all.map((phase) => ({ ...phase, length: between(phase.from, phase.to) }));
}

function Bar({ all }) {
	const total = all.reduce((sum, phase) => sum + phase.length, 0) || 1;
	const text = all.map((phase) => `${phase.label} ${seconds(phase.length)}`).join(', ');
	return html`<div class="timeline" role="img" aria-label=${text}>
		${all.map((phase, i) => html`<span key=${i} class=${`phase phase-${phase.kind}`} title=${`${phase.label} ${seconds(phase.length)}`}
			style=${{ flexGrow: Math.max(phase.length / total, 0.004) }}></span>`)}
	</div>`;
}

function Attempt({ attempt, before, task }) {
	const isShownBelow = attempt.error === task.error && attempt.endedAt === task.completedAt;
	return html`<li>
		<div class="attempt-head"><b>Attempt ${attempt.number}</b> <${Status} of=${attempt.outcome}/>
			<span>waited ${seconds(between(waitedFrom(attempt.dueAt, before), attempt.startedAt))}</span>
			<span>${attempt.endedAt ? `ran ${seconds(between(attempt.startedAt, attempt.endedAt))}` : 'runs'}</span>
			<span class="muted">from <${Moment} at=${attempt.startedAt}/> on <bdi>${attempt.node}</bdi></span></div>
		${attempt.errorType && !isShownBelow && html`<details><summary><bdi>${attempt.errorType}</bdi></summary>
			<${LongText} text=${attempt.error ?? ''}/>${attempt.errorTrace && html`<${LongText} text=${attempt.errorTrace}/>`}</details>`}
	</li>`;
}

export function AttemptTimeline({ task, attempts }) {
	const all = phases(task, attempts);
	return html`<section class="card">
		<h2>Timeline</h2>
		${all.length > 0 && html`<${Bar} all=${all}/>`}
		${attempts.length === 0 ? html`<p class="empty">It has not been started.</p>`
			: html`<ol class="plain attempts">${attempts.map((attempt, i) => html`<${Attempt} key=${attempt.startedAt} attempt=${attempt}
				before=${attempts[i - 1]} task=${task}/>`)}</ol>`}
	</section>`;
}
