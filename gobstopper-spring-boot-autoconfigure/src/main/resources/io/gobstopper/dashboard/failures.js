import { pathTo, withQuery } from './address.js';
import { count } from './format.js';
import { html } from './html.js';
import { Link } from './link.js';
import { Moment } from './moment.js';

const simpleName = (type) => (type ? type.split('.').pop() : 'no exception');

const tasks = (filter) => withQuery(pathTo('tasks'), filter);

function Failure({ failure, window }) {
	const same = { name: failure.name, errorType: failure.errorType };
	return html`<li class="failure">
		<span class="failure-what"><${Link} to=${tasks({ ...same, status: 'failed,retry' })}><bdi>${failure.name}</bdi></> <b title=${failure.errorType}><bdi>${simpleName(failure.errorType)}</bdi></b></span>
		<span class="failure-count">
			<${Link} to=${tasks({ ...same, status: 'failed', finished: window })}>${count(failure.failed)} failed</>,${' '}
			<${Link} to=${tasks({ ...same, status: 'retry' })}>${count(failure.retried)} retried</></span>
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
