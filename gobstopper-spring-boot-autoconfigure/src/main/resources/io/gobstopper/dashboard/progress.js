import { html } from './html.js';

export function Progress({ value, label }) {
	const rounded = Math.round(value);
	return html`<div class="progress">
		<div class="progress-track" role="progressbar" aria-label=${label} aria-valuemin="0" aria-valuemax="100" aria-valuenow=${rounded}>
			<div class="progress-bar" style=${{ width: `${value}%` }}></div>
		</div>
		<span class="progress-value">${rounded} %</span>
	</div>`;
}
