import { dateTime } from './format.js';
import { statusLabel } from './status.js';

export const FINISHED = { '5m': '5 minutes', '1h': 'hour', '24h': '24 hours', '7d': '7 days' };
const MILLISECONDS = { '5m': 300000, '1h': 3600000, '24h': 86400000, '7d': 604800000 };

// So that two looks in a row ask the same.
const ROUNDED = 10000;

// What the address of the page says, as the endpoint wants it.
export function toRequest({ finished, from, ...filter }) {
	return MILLISECONDS[finished] ? { ...filter, completedSince: new Date(Math.floor((Date.now() - MILLISECONDS[finished]) / ROUNDED) * ROUNDED).toISOString() } : filter;
}

export const statuses = (filter) => (filter.status ? filter.status.split(',') : []);

// The filter as one reads it out.
export function inWords(filter) {
	const words = [
		filter.status && `status ${statuses(filter).map(statusLabel).join(' or ')}`,
		filter.name && `task ${filter.name}`,
		filter.schedule && `of schedule ${filter.schedule}`,
		filter.category && `category ${filter.category}`,
		filter.text && `containing “${filter.text}”`,
		filter.errorType && `exception ${filter.errorType}`,
		filter.finished && `finished in the last ${FINISHED[filter.finished] ?? filter.finished}`,
		filter.completedSince && `finished from ${dateTime(filter.completedSince)}`,
		filter.completedUntil && `finished until ${dateTime(filter.completedUntil)}`,
		filter.createdSince && `enqueued from ${dateTime(filter.createdSince)}`,
		filter.createdUntil && `enqueued until ${dateTime(filter.createdUntil)}`,
		filter.node && `on worker ${filter.node}`,
		filter.crashed && 'whose process died',
		filter.handler && 'without a handler',
	].filter(Boolean);
	return words.length > 0 ? words.join(', ') : 'all tasks';
}
