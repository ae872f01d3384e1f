import { useEffect } from 'preact/hooks';
import { ActivityCharts } from './activity-charts.js';
import { go, pathTo, remember, withQuery } from './address.js';
import { api } from './api.js';
import { Categories } from './categories.js';
import { Failures } from './failures.js';
import { html } from './html.js';
import { Moment } from './moment.js';
import { FailureBanner } from './notices.js';
import { usePoll } from './poll.js';
import { RunningTasks } from './running-tasks.js';
import { StoreHealth } from './store-health.js';
import { Tiles } from './tiles.js';

const WINDOWS = { '5m': '5 min', '1h': '1 hour', '24h': '24 hours', '7d': '7 days' };

// The longer the window, the less there is to see between two looks.
const INTERVALS = { '5m': 2000, '1h': 3000, '24h': 10000, '7d': 10000 };

function WindowPicker({ selected }) {
	const choose = (window) => go(withQuery(pathTo(), { window }), { replace: true });
	return html`<div class="windows" role="group" aria-label="Time range">
		${Object.entries(WINDOWS).map(([window, label]) => html`<button type="button" key=${window}
			aria-pressed=${window === selected} onClick=${() => choose(window)}>${label}</button>`)}
	</div>`;
}

export function OverviewPage({ query }) {
	const window = WINDOWS[query.window] ? query.window : '5m';
	const { data, failure, refresh } = usePoll(window, (signal) => api.activity(window, signal),
		() => INTERVALS[window]);
	useEffect(() => {
		document.title = 'Overview · Gobstopper';
		remember('overview');
	}, [window]);
	return html`<div class="page-head"><h1>Overview</h1>
			${data?.asOf && html`<p class="as-of muted">As of <${Moment} at=${data.asOf} relative/></p>`}
			<${WindowPicker} selected=${window}/></div>
		<${FailureBanner} failure=${failure}/>
		${data?.problem && html`<p class="banner" role="alert">${data.problem}</p>`}
		${data ? html`<${Tiles} activity=${data} window=${window} label=${WINDOWS[window]}/>
			<div class="charts">
				<${ActivityCharts} key=${window} series=${data.series}/>
				<${Failures} failures=${data.failures} window=${window} label=${WINDOWS[window]}/>
			</div>
			<${RunningTasks} tasks=${data.running} total=${data.totals.running} manyNodes=${data.queue.nodes.length > 1}/>
			<${Categories} categories=${data.queue.categories} total=${data.totals.categories} nodes=${data.queue.nodes} changesAllowed=${data.changesAllowed} onChanged=${refresh}/>
			<${StoreHealth} activity=${data} known=${!failure}/>` : html`<${Loading}/>`}`;
}

function Loading() {
	return html`<div class="tiles" aria-hidden="true">${[1, 2, 3, 4, 5, 6].map(() => html`<div class="card tile loading"></div>`)}</div>
		<div class="charts" aria-hidden="true">${[1, 2, 3, 4, 5, 6].map(() => html`<div class="card chart loading"></div>`)}</div>
		<p class="visually-hidden" role="status">Loading…</p>`;
}
