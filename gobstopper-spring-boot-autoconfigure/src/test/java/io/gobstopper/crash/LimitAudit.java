package io.gobstopper.crash;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.gobstopper.crash.Ledger.Entry;

/**
 * Looks whether tasks with a limit ever ran beside more others than it allows.
 */
final class LimitAudit {

	private final Map<Integer, Long> killedAt;

	private final int total;

	private final Map<String, Entry> inside = new HashMap<>();

	private final List<String> complaints = new ArrayList<>();

	private int most;

	private int runs;

	private int paced;

	/**
	 * Creates an audit.
	 * @param killedAt when processes were killed, in milliseconds, by their numbers
	 * @param total how many tasks may run at once, and one with each key
	 */
	LimitAudit(Map<Integer, Long> killedAt, int total) {
		this.killedAt = killedAt;
		this.total = total;
	}

	void record(Entry entry) {
		switch (entry.event()) {
			case ENTERED -> enter(entry);
			case PACED -> this.paced++;
			case LEFT -> this.inside.remove(entry.id());
			default -> {
			}
		}
	}

	private void enter(Entry entry) {
		this.inside.values().removeIf((other) -> isDead(other, entry.millis()));
		this.inside.put(entry.id(), entry);
		long ofKey = this.inside.values().stream().filter((other) -> other.key().equals(entry.key())).count();
		if (ofKey > 1) {
			this.complaints.add("%d tasks with key %s ran at once".formatted(ofKey, entry.key()));
		}
		if (this.inside.size() > this.total) {
			this.complaints.add("%d tasks ran at once".formatted(this.inside.size()));
		}
		this.most = Math.max(this.most, this.inside.size());
		this.runs++;
	}

	private boolean isDead(Entry entry, long now) {
		Long killed = this.killedAt.get(entry.process());
		return killed != null && killed <= now;
	}

	/**
	 * Returns what does not fit.
	 * @return the complaints
	 */
	List<String> complaints() {
		return this.complaints;
	}

	int most() {
		return this.most;
	}

	int paced() {
		return this.paced;
	}

	int runs() {
		return this.runs;
	}

}
