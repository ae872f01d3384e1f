import { pathTo, withQuery } from './address.js';
import { count } from './format.js';
import { html } from './html.js';
import { Link } from './link.js';
import { Moment } from './moment.js';
import { Progress } from './progress.js';

function RunningTask({ task, showNode }) {
	return html`<li class="running">
		<div class="running-head">
			<${Link} to=${pathTo('tasks', task.id)}><bdi>${task.name}</bdi></>
			<span class="muted">${showNode && html`<bdi>${task.node}</bdi> `}<${Moment} at=${task.startedAt} relative/></span>
		</div>
		<${Progress} value=${task.progress} label=${`Progress of ${task.name}`}/>
		<p class="muted message"><bdi>${task.cancelRequested ? 'Asked to stop. ' : ''}${task.progressMessage || ' '}</bdi></p>
	</li>`;
}

export function RunningTasks({ tasks, total, manyNodes }) {
	return html`<section class="card">
		<h2>Running now</h2>
		${tasks.length === 0 ? html`<p class="empty">Nothing runs at the moment.</p>`
			: html`<ul class="plain">${tasks.map((task) => html`<${RunningTask} key=${task.id} task=${task} showNode=${manyNodes}/>`)}</ul>`}
		${total > tasks.length && tasks.length > 0 && html`<p><${Link} to=${withQuery(pathTo('tasks'), { status: 'started' })}>All ${count(total)}</></p>`}
	</section>`;
}
