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

// Numbers keep all their digits where the browser lets them.
function digits(key, value, context) {
	return typeof value === 'number' && JSON.rawJSON && context?.source !== undefined ? JSON.rawJSON(context.source) : value;
}

// Very deep values would be mostly indentation.
function asText(json) {
	if (!JSON.rawJSON) {
		return json;
	}
	const indented = JSON.stringify(JSON.parse(json, digits), null, 2);
	return indented.length > 4 * json.length + 1000 ? json : indented;
}

export function JsonValue({ json }) {
	return html`<${LongText} text=${asText(json)}/>`;
}
