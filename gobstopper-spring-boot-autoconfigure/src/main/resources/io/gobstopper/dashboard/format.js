const whole = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat(undefined, { notation: 'compact', maximumFractionDigits: 1 });
const precise = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 3 });
const clock = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

export const count = (value) => whole.format(value);
export const compact = (value) => {
	if (Math.abs(value) >= 10000) {
		return short.format(value);
	}
	return Number.isInteger(value) ? whole.format(value) : precise.format(value);
};
export const dateTime = (iso) => clock.format(new Date(iso));

export function percent(share) {
	return `${precise.format(share * 100)} %`;
}

export function seconds(value) {
	if (value == null) {
		return '–';
	}
	if (value < 0.001) {
		return `${precise.format(value * 1e6)} µs`;
	}
	if (value < 1) {
		return `${precise.format(value * 1000)} ms`;
	}
	if (value < 120) {
		return `${precise.format(value)} s`;
	}
	if (value < 7200) {
		return `${precise.format(value / 60)} min`;
	}
	return value < 172800 ? `${precise.format(value / 3600)} h` : `${precise.format(value / 86400)} d`;
}

export function bytes(value) {
	const units = ['B', 'KB', 'MB', 'GB', 'TB'];
	const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, value)) / 10));
	return `${precise.format(value / 2 ** (10 * power))} ${units[power]}`;
}

export function between(from, to) {
	return Math.max(0, (new Date(to) - new Date(from)) / 1000);
}

const UNITS = [['d', 86400], ['h', 3600], ['min', 60], ['s', 1]];

// Whole units, of which the largest has at least two: 90 min, 36 h.
function rounded(value) {
	const [unit, length] = UNITS.find(([, one]) => value >= 2 * one) ?? UNITS.at(-1);
	return `${Math.max(1, Math.round(value / length))} ${unit}`;
}

export function ago(iso) {
	const passed = (Date.now() - new Date(iso)) / 1000;
	return passed >= 0 ? `${rounded(passed)} ago` : `in ${rounded(-passed)}`;
}

// What is rare is counted in longer times.
export function rate(perSecond) {
	if (perSecond === 0 || perSecond >= 1) {
		return `${compact(perSecond)}/s`;
	}
	return perSecond >= 1 / 60 ? `${compact(Math.round(perSecond * 60))} per min` : `${compact(Math.max(1, Math.round(perSecond * 3600)))} per hour`;
}
