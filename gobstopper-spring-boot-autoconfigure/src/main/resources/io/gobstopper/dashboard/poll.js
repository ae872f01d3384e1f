import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { isFinal } from './failure.js';

// Asks again and again while the page is visible. What was shown stays until there is
// something else, and through failures; a new key starts from nothing. Each answer, even
// that nothing changed, shows the page again, because times pass.
export function usePoll(key, ask, interval) {
	const [state, setState] = useState({ key, data: null, failure: null });
	const latest = useRef({});
	latest.current = { ask, interval };
	const again = useRef(() => {});

	useEffect(() => {
		let timer = null;
		let running = null;
		let data = null;
		let over = false;
		const next = (failure) => {
			clearTimeout(timer);
			if (over || isFinal(failure)) {
				return;
			}
			const wait = latest.current.interval(data);
			timer = document.hidden ? null : setTimeout(run, failure ? Math.max(wait, 3000) : wait);
		};
		const run = async () => {
			if (over) {
				return;
			}
			running?.abort();
			const mine = new AbortController();
			running = mine;
			let failed = null;
			try {
				const answer = await latest.current.ask(mine.signal);
				if (mine.signal.aborted) {
					return;
				}
				data = { ...answer, receivedAt: Date.now() };
				setState({ key, data, failure: null });
			}
			catch (failure) {
				if (mine.signal.aborted) {
					return;
				}
				failed = failure;
				setState({ key, data: (failure.status === 404) ? null : data, failure });
			}
			next(failed);
		};
		const onVisibility = () => {
			clearTimeout(timer);
			if (!document.hidden) {
				run();
			}
		};
		again.current = run;
		document.addEventListener('visibilitychange', onVisibility);
		run();
		return () => {
			over = true;
			clearTimeout(timer);
			running?.abort();
			document.removeEventListener('visibilitychange', onVisibility);
		};
	}, [key]);

	const refresh = useCallback(() => again.current(), []);
	const shown = (state.key === key) ? state : { data: null, failure: null };
	return { data: shown.data, failure: shown.failure, refresh };
}
