import { useEffect, useState } from 'preact/hooks';
import { isFinal } from './failure.js';
import { html } from './html.js';

const SHOWN_FOR = 6000;
const SHOWN_FOR_UNDO = 20000;
let show = () => {};

export function notify(text, kind = 'done', undo = null) {
	show({ text, kind, undo, at: Date.now() });
}

export function Notices() {
	const [notice, setNotice] = useState(null);
	useEffect(() => {
		show = setNotice;
	}, []);
	useEffect(() => {
		const timer = notice && setTimeout(() => setNotice(null), notice.undo ? SHOWN_FOR_UNDO : SHOWN_FOR);
		return () => clearTimeout(timer);
	}, [notice]);
	return html`<div class="notices" role="status" aria-live="polite">
		${notice && html`<p class=${`notice notice-${notice.kind}`}>${notice.text}
			${notice.undo && html` <button type="button" onClick=${() => { setNotice(null); notice.undo(); }}>Undo</button>`}</p>`}
	</div>`;
}

export function FailureBanner({ failure }) {
	return failure && html`<p class="banner" role="alert">${failure.message} ${isFinal(failure) ? null : 'Trying again…'}</p>`;
}
