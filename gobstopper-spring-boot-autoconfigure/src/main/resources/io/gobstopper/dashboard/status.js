import { html } from './html.js';

const LABELS = {
	pending: 'Pending', started: 'Running', retry: 'Retrying', success: 'Succeeded', failed: 'Failed', cancelled: 'Cancelled',
	running: 'Running', claimed: 'Claimed', timed_out: 'Timed out', crashed: 'Crashed', given_back: 'Given back', snoozed: 'Snoozed',
};

export const STATUSES = ['pending', 'started', 'retry', 'success', 'failed', 'cancelled'];
export const statusLabel = (status) => LABELS[status] ?? status;
export const canCancel = (status) => ['pending', 'retry', 'started'].includes(status);
export const canRetry = (status) => ['failed', 'cancelled'].includes(status);

export function Status({ of }) {
	return html`<span class=${`status status-${of}`}>${statusLabel(of)}</span>`;
}
