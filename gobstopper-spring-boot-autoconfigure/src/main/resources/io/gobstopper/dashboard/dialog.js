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
	const submitted = (event) => {
		event.preventDefault();
		if (!disabled && !busy) {
			confirm();
		}
	};
	return html`<dialog ref=${element} aria-labelledby="dialog-title" onCancel=${cancelled}>
		<h2 id="dialog-title">${title}</h2>
		<form onSubmit=${submitted}>
			<div class="dialog-body">${children}</div>
			<div class="dialog-actions">
				<button type="button" onClick=${onClose}>Close</button>
				<button type="submit" class=${danger ? 'primary danger' : 'primary'} disabled=${disabled || busy}>${busy ? 'Working…' : confirmLabel}</button>
			</div>
		</form>
	</dialog>`;
}
