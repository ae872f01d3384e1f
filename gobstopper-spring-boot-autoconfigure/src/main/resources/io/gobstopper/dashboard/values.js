import { useState } from 'preact/hooks';
import { bytes } from './format.js';
import { html } from './html.js';

const SHOWN = 8000;

export function LongText({ text }) {
	const [whole, setWhole] = useState(false);
	const long = text.length > SHOWN;
	return html`<pre class="value" dir="auto" tabindex="0">${long && !whole ? `${text.slice(0, SHOWN)}…` : text}</pre>
		${long && html`<button type="button" onClick=${() => setWhole(!whole)}>${whole ? 'Show less' : `Show all ${bytes(text.length)}`}</button>`}`;
}

// Very deep values would be mostly indentation.
function asText(value) {
	const compact = JSON.stringify(value);
	const indented = JSON.stringify(value, null, 2);
	return indented.length > 4 * compact.length + 1000 ? compact : indented;
}

export function JsonValue({ value }) {
	return html`<${LongText} text=${asText(value)}/>`;
}
