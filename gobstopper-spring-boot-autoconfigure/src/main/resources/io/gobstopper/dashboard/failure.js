// The same question would get the same answer.
export function isFinal(failure) {
	return failure?.status >= 400 && failure.status < 500 && ![408, 429].includes(failure.status);
}
