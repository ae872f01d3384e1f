import { useEffect, useState } from 'preact/hooks';
import { html } from './html.js';

const SHOWN_FOR = 6000;
let show = () => {};

export function notify(text, kind = 'done') {
	show({ text, kind, at: Date.now() });
}

export function Notices() {
	const [notice, setNotice] = useState(null);
	useEffect(() => {
		show = setNotice;
	}, []);
	useEffect(() => {
		const timer = notice && setTimeout(() => setNotice(null), SHOWN_FOR);
		return () => clearTimeout(timer);
	}, [notice]);
	return html`<div class="notices" role="status" aria-live="polite">
		${notice && html`<p class=${`notice notice-${notice.kind}`}>${notice.text}</p>`}
	</div>`;
}

export function FailureBanner({ failure }) {
	return failure && html`<p class="banner" role="alert">${failure.message} ${failure.status === 401 ? null : 'Trying again…'}</p>`;
}
