import { useEffect, useRef } from 'preact/hooks';
import { html } from './html.js';

export function Dialog({ title, children, confirm, confirmLabel, disabled, busy, danger, onClose }) {
	const element = useRef();
	// Closing gives the focus back.
	useEffect(() => {
		const dialog = element.current;
		dialog.showModal();
		return () => dialog.close();
	}, []);
	const cancelled = (event) => {
		event.preventDefault();
		onClose();
	};
	return html`<dialog ref=${element} aria-labelledby="dialog-title" onCancel=${cancelled}>
		<h2 id="dialog-title">${title}</h2>
		<div class="dialog-body">${children}</div>
		<div class="dialog-actions">
			<button type="button" onClick=${onClose}>Close</button>
			<button type="button" class=${danger ? 'primary danger' : 'primary'} disabled=${disabled || busy}
				onClick=${confirm}>${busy ? 'Working…' : confirmLabel}</button>
		</div>
	</dialog>`;
}
