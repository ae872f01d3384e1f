package io.gobstopper.crash;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.gobstopper.crash.Ledger.Entry;
import io.gobstopper.crash.Ledger.Event;

/**
 * Looks whether each call with a unique key led to a task that began after it, with its
 * arguments if it was debounced, and whether none ran beside another where that is asked
 * for.
 */
final class UniqueAudit {

	private final Map<Integer, Long> killedAt;

	private final Map<String, Call> called = new HashMap<>();

	private final Map<String, Call> lastAnswered = new HashMap<>();

	private final Map<String, List<Call>> begun = new HashMap<>();

	private final Map<String, RecordedLife> lives = new HashMap<>();

	private final List<String> complaints = new ArrayList<>();

	private int place;

	/**
	 * Creates an audit.
	 * @param killedAt when processes were killed, in milliseconds, by their numbers
	 */
	UniqueAudit(Map<Integer, Long> killedAt) {
		this.killedAt = killedAt;
	}

	void record(Entry entry) {
		this.place++;
		switch (entry.event()) {
			case CALLED -> this.called.put(entry.key(), call(entry));
			case ANSWERED -> this.lastAnswered.put(entry.key(), this.called.get(entry.key()));
			case BEGUN -> {
				this.begun.computeIfAbsent(entry.key(), (key) -> new ArrayList<>()).add(call(entry));
				recordLife(entry, Event.STARTED);
			}
			case DONE -> recordLife(entry, Event.ENDED);
			default -> {
			}
		}
	}

	private Call call(Entry entry) {
		return new Call(this.place, Long.parseLong(entry.id()));
	}

	private void recordLife(Entry entry, Event event) {
		Entry ofKey = new Entry(event, entry.process(), entry.millis(), entry.key(), Ledger.NO_KEY);
		if (entry.key().startsWith(UniqueCalls.END)
				&& !this.lives.computeIfAbsent(entry.key(), (key) -> new RecordedLife()).record(ofKey, this.killedAt)) {
			this.complaints.add("%s was run twice at once".formatted(entry.key()));
		}
	}

	/**
	 * Returns what does not fit.
	 * @return the complaints
	 */
	List<String> complaints() {
		this.lastAnswered.forEach((key, call) -> {
			boolean debounced = key.startsWith(UniqueCalls.DEBOUNCE);
			if (!key.startsWith(UniqueCalls.END) && this.begun.getOrDefault(key, List.of())
				.stream()
				.noneMatch((run) -> run.place() > call.place() && (!debounced || run.number() >= call.number()))) {
				this.complaints
					.add("call %d of %s was answered, and did not lead to a run".formatted(call.number(), key));
			}
		});
		return this.complaints;
	}

	int runs() {
		return this.begun.values().stream().mapToInt(List::size).sum();
	}

	private record Call(int place, long number) {

	}

}
