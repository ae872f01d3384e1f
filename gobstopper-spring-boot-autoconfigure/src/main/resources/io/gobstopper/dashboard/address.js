// The endpoint is two folders above the files of the dashboard, whatever is in front of it.
export const root = new URL('../..', import.meta.url).pathname.replace(/\/$/, '');

export function pathTo(...segments) {
	return [root, ...segments.map(encodeURIComponent)].join('/');
}

export function withQuery(path, query) {
	const text = String(new URLSearchParams(Object.entries(query).filter(([, value]) => value)));
	return text ? `${path}?${text}` : path;
}

// What the address shows: the segments behind the endpoint, and the query.
export function current() {
	const segments = location.pathname.slice(root.length).split('/').filter(Boolean).map(decodeURIComponent);
	return { segments, query: Object.fromEntries(new URLSearchParams(location.search)) };
}

const listeners = new Set();

export function onChange(listener) {
	listeners.add(listener);
	return () => listeners.delete(listener);
}

// Where somebody was on a page, to come back to it from another one.
export function remember(page) {
	sessionStorage.setItem(`gobstopper-${page}`, location.search);
}

export function remembered(page, ...segments) {
	return pathTo(...segments) + (sessionStorage.getItem(`gobstopper-${page}`) ?? '');
}

function tell() {
	listeners.forEach((listener) => listener());
}

export function go(address, { replace = false } = {}) {
	history[replace ? 'replaceState' : 'pushState'](null, '', address);
	tell();
}

addEventListener('popstate', tell);
