import { go } from './address.js';
import { html } from './html.js';

export function Link({ to, children, ...rest }) {
	const follow = (event) => {
		if (event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey) {
			event.preventDefault();
			go(to);
			scrollTo(0, 0);
		}
	};
	return html`<a href=${to} onClick=${follow} ...${rest}>${children}</a>`;
}
