import { pathTo, withQuery } from './address.js';
import { count } from './format.js';
import { html } from './html.js';
import { Link } from './link.js';
import { Moment } from './moment.js';

const simpleName = (type) => (type ? type.split('.').pop() : 'its process died');

const tasks = (filter) => withQuery(pathTo('tasks'), filter);

function Failure({ failure, window }) {
	// A crash has no exception.
	const same = { name: failure.name, ...(failure.errorType ? { errorType: failure.errorType } : { crashed: 'true' }) };
	return html`<li class="failure">
		<span class="failure-what"><${Link} to=${tasks({ ...same, status: 'failed,retry' })}><bdi>${failure.name}</bdi></> <b title=${failure.errorType}><bdi>${simpleName(failure.errorType)}</bdi></b></span>
		<span class="failure-count">
			<${Link} to=${tasks({ ...same, status: 'failed', finished: window })}>${count(failure.failed)} failed</>,${' '}
			${count(failure.retried)} retried</span>
		<span>since <${Moment} at=${failure.firstAt} relative/></span>
		<${Link} to=${pathTo('tasks', failure.lastId)}>last <${Moment} at=${failure.lastAt} relative/></>
	</li>`;
}

export function Failures({ failures, window, label }) {
	return html`<section class="card">
		<h2>Failed attempts</h2>
		${failures.length === 0 ? html`<p class="empty">No attempt failed in the last ${label}.</p>`
			: html`<ul class="plain">${failures.map((failure) => html`<${Failure} key=${failure.name + failure.errorType}
				failure=${failure} window=${window}/>`)}</ul>`}
	</section>`;
}
