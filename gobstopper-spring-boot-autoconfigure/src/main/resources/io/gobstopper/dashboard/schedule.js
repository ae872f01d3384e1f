import { html } from './html.js';
import { Moment } from './moment.js';

// PT1H30M: 1 h 30 min
export function interval(iso) {
	const [, days, hours, minutes, seconds] = /^P(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?$/.exec(iso) ?? [];
	const parts = [[days, 'd'], [hours, 'h'], [minutes, 'min'], [seconds, 's']].filter(([value]) => value);
	return parts.length > 0 ? parts.map(([value, unit]) => `${value} ${unit}`).join(' ') : iso;
}

export function Timing({ schedule }) {
	if (schedule.every) {
		return html`every ${interval(schedule.every)}`;
	}
	return schedule.cron === '-' ? html`<span class="muted">switched off</span>`
		: html`<code>${schedule.cron}</code> <span class="muted">${schedule.zone}</span>`;
}

// Browsers know Z and UTC+02:00 as UTC and +02:00, and some zones of Java not at all.
function timeIn(zone, at) {
	try {
		const timeZone = zone.replace(/^Z$/, 'UTC').replace(/^(UTC|GMT|UT)(?=[+-])/, '');
		const there = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium', timeZone });
		return `${there.format(new Date(at))} ${zone}`;
	}
	catch {
		return `in ${zone}`;
	}
}

// In the zone of the viewer, and in that of the schedule.
export function BothZones({ at, zone }) {
	if (!at) {
		return html`<span class="muted">–</span>`;
	}
	return html`<${Moment} at=${at}/> <span class="muted">${timeIn(zone, at)}</span>`;
}

export function States({ schedule }) {
	return html`${schedule.paused && html` <span class="status status-paused">Paused</span>`}
		${schedule.origin === 'UNDECLARED' && html` <span class="status status-retry" title="No running process declares it any more">Not declared</span>`}
		${schedule.overridden && html` <span class="status" title="Its times are not those of the code">Changed by hand</span>`}`;
}
