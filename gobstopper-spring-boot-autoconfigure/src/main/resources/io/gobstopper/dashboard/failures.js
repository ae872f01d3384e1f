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
			: html`<div class="scroll"><table>
				<thead><tr><th scope="col">Task</th><th scope="col">Error</th><th scope="col" class="number">Failed</th><th scope="col">Last</th></tr></thead>
				<tbody>${failures.map((failure) => html`<tr key=${failure.name + failure.errorType}>
					<td><${Link} to=${withQuery(pathTo('tasks'), { name: failure.name, status: 'failed' })}><bdi>${failure.name}</bdi></></td>
					<td title=${failure.errorType}><bdi>${simpleName(failure.errorType)}</bdi></td>
					<td class="number">${count(failure.count)}</td>
					<td><${Link} to=${pathTo('tasks', failure.lastId)}><${Moment} at=${failure.lastAt} relative/></></td>
				</tr>`)}</tbody>
			</table></div>`}
	</section>`;
}
