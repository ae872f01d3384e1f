import { h } from 'preact';
import htm from 'htm';

// Everything that is put into a template becomes text or an attribute, never markup.
export const html = htm.bind(h);
