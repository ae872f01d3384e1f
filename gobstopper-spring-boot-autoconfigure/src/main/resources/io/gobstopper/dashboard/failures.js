import { pathTo, withQuery } from './address.js';
import { count } from './format.js';
import { html } from './html.js';
import { Link } from './link.js';
import { Moment } from './moment.js';

const simpleName = (type) => (type ? type.split('.').pop() : 'no exception');

export function Failures({ failures, label }) {
	return html`<section class="card">
		<h2>What fails most</h2>
		${failures.length === 0 ? html`<p class="empty">Nothing failed for good in the last ${label}.</p>`
			: html`<ul class="plain">${failures.map((failure) => html`<li class="failure" key=${failure.name + failure.errorType}>
				<${Link} to=${withQuery(pathTo('tasks'), { name: failure.name, status: 'failed' })}><bdi>${failure.name}</bdi></>
				<b class="failure-count">${count(failure.count)}</b>
				<span title=${failure.errorType}><bdi>${simpleName(failure.errorType)}</bdi></span>
				<${Link} to=${pathTo('tasks', failure.lastId)}>last <${Moment} at=${failure.lastAt} relative/></>
			</li>`)}</ul>`}
	</section>`;
}
