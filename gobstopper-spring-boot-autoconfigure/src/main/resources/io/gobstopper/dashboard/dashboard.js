import { render } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { current, onChange, pathTo, remembered } from './address.js';
import { html } from './html.js';
import { LimitPage } from './limit-page.js';
import { LimitsPage } from './limits-page.js';
import { Link } from './link.js';
import { Notices } from './notices.js';
import { OverviewPage } from './overview-page.js';
import { SchedulePage } from './schedule-page.js';
import { SchedulesPage } from './schedules-page.js';
import { TaskPage } from './task-page.js';
import { TasksPage } from './tasks-page.js';
import { ThemeSwitch } from './theme.js';

function page({ segments, query }) {
	const [section, id] = segments;
	if (section === 'tasks' && id) {
		return html`<${TaskPage} key=${id} id=${id}/>`;
	}
	if (section === 'tasks') {
		return html`<${TasksPage} query=${query}/>`;
	}
	if (section === 'schedules') {
		return id ? html`<${SchedulePage} key=${id} name=${id}/>` : html`<${SchedulesPage}/>`;
	}
	if (section === 'limits') {
		return id ? html`<${LimitPage} key=${id} name=${id}/>` : html`<${LimitsPage}/>`;
	}
	return section ? html`<${NoSuchPage}/>` : html`<${OverviewPage} query=${query}/>`;
}

function NoSuchPage() {
	return html`<section class="card"><h1>No such page</h1>
		<p class="empty">There are the <${Link} to=${pathTo()}>overview</>, the <${Link} to=${pathTo('tasks')}>tasks</>,
			the <${Link} to=${pathTo('schedules')}>schedules</> and the <${Link} to=${pathTo('limits')}>limits</>.</p></section>`;
}

function Dashboard() {
	const [place, setPlace] = useState(current());
	useEffect(() => onChange(() => setPlace(current())), []);
	const [section] = place.segments;
	const at = (name) => (section === name ? 'page' : undefined);
	return html`<a class="skip" href="#main">Skip to the content</a>
		<header class="top">
			<${Link} to=${pathTo()} class="brand"><span class="candy" aria-hidden="true"></span>Gobstopper</>
			<nav aria-label="Pages">
				<${Link} to=${section ? remembered('overview') : pathTo()} aria-current=${at(undefined)}>Overview</>
				<${Link} to=${pathTo('tasks')} aria-current=${at('tasks')}>Tasks</>
				<${Link} to=${pathTo('schedules')} aria-current=${at('schedules')}>Schedules</>
				<${Link} to=${pathTo('limits')} aria-current=${at('limits')}>Limits</>
			</nav>
			<${ThemeSwitch}/>
		</header>
		<main id="main" tabindex="-1">${page(place)}</main>
		<${Notices}/>`;
}

const place = document.getElementById('dashboard');
place.replaceChildren();
render(html`<${Dashboard}/>`, place);
