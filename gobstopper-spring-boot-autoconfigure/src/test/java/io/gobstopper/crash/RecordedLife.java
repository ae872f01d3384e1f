package io.gobstopper.crash;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.gobstopper.crash.Ledger.Entry;
import io.gobstopper.crash.Ledger.Event;

/**
 * The executions of one task, as its handlers wrote them down.
 */
final class RecordedLife {

	// Within this time an end that a handler reached may not have been stored yet.
	private static final long STORED_WITHIN_MILLIS = 2000;

	private final List<Execution> executions = new ArrayList<>(1);

	// Returns false if a task starts while it runs, or ends where it does not.
	boolean record(Entry entry, Map<Integer, Long> killedAt) {
		Execution last = this.executions.isEmpty() ? null : this.executions.get(this.executions.size() - 1);
		if (entry.event() == Event.STARTED) {
			this.executions.add(new Execution(entry.process(), null, entry.millis()));
			return last == null || !last.isGoingOn(entry.millis(), killedAt);
		}
		boolean isOpen = last != null && last.process() == entry.process() && last.end() == null;
		if (isOpen) {
			this.executions.set(this.executions.size() - 1,
					new Execution(entry.process(), entry.event(), entry.millis()));
		}
		return isOpen;
	}

	int executions() {
		return this.executions.size();
	}

	int failures() {
		return count(Event.FAILED);
	}

	int interruptions() {
		return count(Event.INTERRUPTED);
	}

	boolean hasEnded() {
		return count(Event.ENDED) > 0;
	}

	// Returns how many executions were rightly followed by another.
	int explained(Map<Integer, Long> killedAt) {
		return (int) this.executions.stream().filter((execution) -> execution.isExplained(killedAt)).count();
	}

	private int count(Event end) {
		return (int) this.executions.stream().filter((execution) -> execution.end() == end).count();
	}

	@Override
	public String toString() {
		return this.executions.toString();
	}

	private record Execution(int process, @Nullable Event end, long millis) {

		boolean isGoingOn(long now, Map<Integer, Long> killedAt) {
			Long killed = killedAt.get(this.process);
			return this.end == null && (killed == null || killed > now);
		}

		boolean isExplained(Map<Integer, Long> killedAt) {
			if (this.end == Event.FAILED || this.end == Event.INTERRUPTED) {
				return true;
			}
			Long killed = killedAt.get(this.process);
			return killed != null && (this.end == null || killed - this.millis < STORED_WITHIN_MILLIS);
		}

	}

}
