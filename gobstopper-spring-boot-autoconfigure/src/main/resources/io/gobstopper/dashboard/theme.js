import { useEffect, useState } from 'preact/hooks';
import { html } from './html.js';

const KEY = 'gobstopper-theme';
const dark = matchMedia('(prefers-color-scheme: dark)');

const isDark = () => (document.documentElement.dataset.theme ?? (dark.matches ? 'dark' : 'light')) === 'dark';

export function ThemeSwitch() {
	const [on, setOn] = useState(isDark());
	useEffect(() => onThemeChange(() => setOn(isDark())), []);
	const change = () => {
		const theme = on ? 'light' : 'dark';
		document.documentElement.dataset.theme = theme;
		localStorage.setItem(KEY, theme);
		dispatchEvent(new Event('themechange'));
	};
	return html`<button type="button" class="icon" aria-label="Dark mode" aria-pressed=${on} onClick=${change}>
		<svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true"><path fill="currentColor"
			d=${on ? 'M10 5a5 5 0 1 0 0 10 5 5 0 0 0 0-10zM9 0h2v3H9zM9 17h2v3H9zM0 9h3v2H0zM17 9h3v2h-3z' : 'M8 2a8 8 0 1 0 10 10A7 7 0 0 1 8 2z'}/></svg>
	</button>`;
}

export function onThemeChange(listener) {
	addEventListener('themechange', listener);
	dark.addEventListener('change', listener);
	return () => {
		removeEventListener('themechange', listener);
		dark.removeEventListener('change', listener);
	};
}
