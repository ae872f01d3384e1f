import { ago, dateTime } from './format.js';
import { html } from './html.js';

// In the zone of the viewer; exactly and in UTC on hover.
export function Moment({ at, relative = false }) {
	if (!at) {
		return html`<span class="muted">–</span>`;
	}
	return html`<time datetime=${at} title=${`${at.replace('T', ' ').replace('Z', '')} UTC`}>${relative ? ago(at) : dateTime(at)}</time>`;
}
