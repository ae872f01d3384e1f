package io.gobstopper.crash;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.gobstopper.TaskStatus;
import io.gobstopper.crash.Ledger.Entry;
import io.gobstopper.store.task.StoredTask;

/**
 * Compares what processes say they did with what is stored.
 */
final class CrashAudit {

	private static final RecordedLife NONE = new RecordedLife();

	private final Map<Integer, Long> killedAt;

	private final Map<String, RecordedLife> lives = new HashMap<>();

	private final Map<String, Set<String>> idsByKey = new HashMap<>();

	private final Set<String> acknowledged = new HashSet<>();

	private final List<String> complaints = new ArrayList<>();

	private int extraExecutions;

	/**
	 * Creates an audit.
	 * @param killedAt when processes were killed, in milliseconds, by their numbers
	 */
	CrashAudit(Map<Integer, Long> killedAt) {
		this.killedAt = killedAt;
	}

	void record(Entry entry) {
		switch (entry.event()) {
			case CLOSED, CALLED, ANSWERED, BEGUN, DONE, ENTERED, LEFT, PACED -> {
			}
			case ACKNOWLEDGED -> recordAcknowledged(entry);
			default -> {
				RecordedLife life = this.lives.computeIfAbsent(entry.id(), (id) -> new RecordedLife());
				complainIf(!life.record(entry, this.killedAt), "%s was run twice at once, the second time in process %d"
					.formatted(entry.id(), entry.process()));
			}
		}
	}

	private void recordAcknowledged(Entry entry) {
		this.acknowledged.add(entry.id());
		if (!entry.key().equals(Ledger.NO_KEY)) {
			this.idsByKey.computeIfAbsent(entry.key(), (key) -> new HashSet<>()).add(entry.id());
		}
	}

	/**
	 * Returns what does not fit.
	 * @param stored all tasks that are stored
	 * @return the complaints
	 */
	List<String> complaints(List<StoredTask> stored) {
		Map<String, StoredTask> byId = new HashMap<>();
		for (StoredTask task : stored) {
			complainIf(byId.put(task.id().toString(), task) != null, "%s is stored twice".formatted(task.id()));
		}
		this.acknowledged.forEach((id) -> checkAcknowledged(id, byId.get(id)));
		byId.values().stream().filter((task) -> !task.details().name().equals("paced")).forEach(this::checkStored);
		this.lives.forEach(this::checkExecutions);
		this.idsByKey.forEach((key, ids) -> complainIf(ids.size() > 1, "key %s has the tasks %s".formatted(key, ids)));
		return this.complaints;
	}

	int acknowledged() {
		return this.acknowledged.size();
	}

	int extraExecutions() {
		return this.extraExecutions;
	}

	private void checkAcknowledged(String id, StoredTask stored) {
		RecordedLife life = this.lives.getOrDefault(id, NONE);
		complainIf(stored == null && !life.hasEnded(), "%s was acknowledged and is lost".formatted(id));
		complainIf(life.executions() == 0, "%s was acknowledged and never executed".formatted(id));
	}

	private void checkStored(StoredTask task) {
		complainIf(task.status() != TaskStatus.SUCCESS, "%s is %s: %s".formatted(task.id(), task.status(), task));
		RecordedLife life = this.lives.getOrDefault(task.id().toString(), NONE);
		int counted = 1 + task.state().counts().retries() + task.state().counts().crashes();
		complainIf(life.executions() > counted + life.interruptions(),
				"%s was executed %d times, of which %d were counted and %d interrupted".formatted(task.id(),
						life.executions(), counted, life.interruptions()));
	}

	private void checkExecutions(String id, RecordedLife life) {
		int explained = life.explained(this.killedAt);
		complainIf(life.executions() - 1 > explained,
				"%s was executed %d times, %d of them explained: %s".formatted(id, life.executions(), explained, life));
		this.extraExecutions += Math.max(0, life.executions() - 1 - life.failures());
	}

	private void complainIf(boolean wrong, String complaint) {
		if (wrong) {
			this.complaints.add(complaint);
		}
	}

}
