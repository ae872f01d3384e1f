import { pathTo, withQuery } from './address.js';

export class RequestFailed extends Error {

	constructor(status, message) {
		super(message);
		this.status = status;
	}

}

const PATIENCE = 15000;

// To change thousands of tasks takes a while, and would go on anyway.
const PATIENCE_FOR_CHANGES = 300000;

const REASONS = {
	401: 'You are not signed in any more; load the page again.',
	403: 'You may not do that.',
	404: 'There is no such thing any more.',
	405: 'Changes are switched off for this endpoint.',
	409: 'Its status does not allow that.',
};

// Applications that protect themselves with a token in a cookie want it back in a header.
function csrfHeader() {
	const token = document.cookie.split('; ').find((cookie) => cookie.startsWith('XSRF-TOKEN='));
	return token ? { 'X-XSRF-TOKEN': decodeURIComponent(token.slice('XSRF-TOKEN='.length)) } : {};
}

async function request(address, options) {
	let response;
	try {
		const signals = [AbortSignal.timeout(options.method ? PATIENCE_FOR_CHANGES : PATIENCE), options.signal].filter(Boolean);
		response = await fetch(address, { ...options, credentials: 'same-origin', signal: AbortSignal.any(signals) });
	}
	catch (failure) {
		if (options.signal?.aborted) {
			throw failure;
		}
		throw new RequestFailed(0, 'The application does not answer.');
	}
	if (response.status === 304) {
		return known.get(address).answer;
	}
	if (!response.ok) {
		throw new RequestFailed(response.status, await reason(response));
	}
	// Applications send who is not signed in to a page of theirs.
	if (response.redirected || !response.headers.get('Content-Type')?.includes('json')) {
		throw new RequestFailed(401, REASONS[401]);
	}
	const answer = await response.json();
	remember(address, response.headers.get('ETag'), answer);
	return answer;
}

// What was answered last, so that it need not be sent again while it is the same.
const known = new Map();
const MOST_KNOWN = 10;

function remember(address, etag, answer) {
	known.delete(address);
	if (etag) {
		known.set(address, { etag, answer });
	}
	if (known.size > MOST_KNOWN) {
		known.delete(known.keys().next().value);
	}
}

// The application knows best; what is before it may not say why.
async function reason(response) {
	if (response.headers.get('Content-Type')?.includes('problem+json')) {
		return `${(await response.json()).detail}.`;
	}
	return REASONS[response.status] ?? `The application answered with status ${response.status}.`;
}

function get(segments, query, signal) {
	const address = withQuery(pathTo(...segments), query);
	const etag = known.get(address)?.etag;
	return request(address, { headers: { Accept: 'application/json', ...(etag && { 'If-None-Match': etag }) }, signal });
}

function post(segments, body = {}) {
	return request(pathTo(...segments), {
		method: 'POST',
		headers: { Accept: 'application/json', 'Content-Type': 'application/json', ...csrfHeader() },
		body: JSON.stringify(body),
	});
}

export const api = {
	activity: (window, signal) => get(['activity', window], {}, signal),
	names: (signal) => get(['names'], {}, signal),
	tasks: (query, signal) => get(['tasks'], { ...query, brief: 'true' }, signal),
	count: async (query, signal) => (await get(['tasks'], { ...query, brief: 'true', limit: 1, count: 'true' }, signal)).count,
	task: (id, signal) => get(['tasks', id], {}, signal),
	schedules: (signal) => get(['schedules'], {}, signal),
	schedule: (name, signal) => get(['schedules', name], {}, signal),
	changeSchedule: (name, action, body) => post(['schedules', name, action], body),
	limits: (signal) => get(['limits'], {}, signal),
	limit: (name, signal) => get(['limits', name], {}, signal),
	changeLimit: (name, action, body) => post(['limits', name, action], body),
	stack: (id) => get(['tasks', id, 'stack'], {}),
	change: (id, action) => post(['tasks', id, action]),
	changeAll: (action, filter, more) => post(['tasks', action], { ...filter, ...more }),
	changeCategory: (category, action, body) => post(['categories', category, action], body),
};
