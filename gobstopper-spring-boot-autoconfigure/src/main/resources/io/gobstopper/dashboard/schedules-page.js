import { useEffect } from 'preact/hooks';
import { pathTo } from './address.js';
import { api } from './api.js';
import { count } from './format.js';
import { html } from './html.js';
import { Link } from './link.js';
import { Moment } from './moment.js';
import { FailureBanner } from './notices.js';
import { usePoll } from './poll.js';
import { States, Timing } from './schedule.js';
import { ScheduleActions } from './schedule-actions.js';

const INTERVAL = 3000;

function Row({ schedule, changesAllowed, onChanged }) {
	return html`<tr>
		<th scope="row"><${Link} to=${pathTo('schedules', schedule.name)}><bdi>${schedule.name}</bdi></><${States} schedule=${schedule}/>
			${schedule.task !== schedule.name && html` <span class="muted"><bdi>${schedule.task}</bdi></span>`}</th>
		<td><${Timing} schedule=${schedule}/></td>
		<td>${schedule.paused ? html`<span class="muted">–</span>` : html`<${Moment} at=${schedule.nextAt} relative/>`}</td>
		<td>${schedule.lastTaskId ? html`<${Link} to=${pathTo('tasks', schedule.lastTaskId)}><${Moment} at=${schedule.lastAt} relative/></>`
			: html`<span class="muted">never</span>`}</td>
		<td class="number">${count(schedule.fired)}</td>
		<td class="number">${count(schedule.missedCount)}</td>
		<td class="number" title=${schedule.skipReason}>${count(schedule.skippedCount)}</td>
		${changesAllowed && html`<td class="actions"><${ScheduleActions} schedule=${schedule} onChanged=${onChanged}/></td>`}
	</tr>`;
}

export function SchedulesPage() {
	const { data, failure, refresh } = usePoll('schedules', (signal) => api.schedules(signal), () => INTERVAL);
	useEffect(() => {
		document.title = 'Schedules · Gobstopper';
	}, []);
	return html`<div class="page-head"><h1>Schedules</h1></div>
		<${FailureBanner} failure=${failure}/>
		<section class="card">
			${!data && !failure && html`<p class="empty" role="status">Loading…</p>`}
			${data?.schedules.length === 0 && html`<p class="empty">There are none: no handler has a @GobstopperSchedule, and none is kept as data.</p>`}
			${data?.schedules.length > 0 && html`<div class="scroll" tabindex="0" role="region" aria-label="Schedules"><table>
				<thead><tr>
					<th scope="col">Schedule</th><th scope="col">Times</th><th scope="col">Next</th><th scope="col">Last</th>
					<th scope="col" class="number">Enqueued</th><th scope="col" class="number">Missed</th><th scope="col" class="number">Skipped</th>
					${data.changesAllowed && html`<th scope="col"><span class="visually-hidden">Actions</span></th>`}
				</tr></thead>
				<tbody>${data.schedules.map((schedule) => html`<${Row} key=${schedule.name} schedule=${schedule}
					changesAllowed=${data.changesAllowed} onChanged=${refresh}/>`)}</tbody>
			</table></div>`}
		</section>`;
}
