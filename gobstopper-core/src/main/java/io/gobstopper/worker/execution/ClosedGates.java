package io.gobstopper.worker.execution;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.util.StringUtils;

import io.gobstopper.limit.LimitNumbers;
import io.gobstopper.store.limit.Gate;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.writer.GroupCommit;

/**
 * Which limits let no task start for a time, so that what was claimed before does not
 * start either. Safe for use by several threads.
 */
public final class ClosedGates {

	private static final Log logger = LogFactory.getLog(ClosedGates.class);

	private static final Duration LONGEST = Duration.ofDays(1);

	private static final Duration LONGEST_HERE = Duration.ofMinutes(1);

	private static final int MANY = 1000;

	private final GroupCommit groupCommit;

	private final Supplier<Map<String, LimitNumbers>> limits;

	private final WorkerIdentity identity;

	private final Map<Gate, Instant> until = new ConcurrentHashMap<>();

	private volatile int many = MANY;

	public ClosedGates(GroupCommit groupCommit, Supplier<Map<String, LimitNumbers>> limits, WorkerIdentity identity) {
		this.groupCommit = groupCommit;
		this.limits = limits;
		this.identity = identity;
	}

	// Lets no task start that shares a rate with this one or, if it has none, places.
	void close(StoredTask task, Instant closedUntil) {
		Instant now = this.identity.now();
		List<Gate> keys = Gate.of(task).stream().filter((gate) -> gate.key() != null).toList();
		List<Gate> paced = keys.stream().filter((gate) -> numbers(gate).rate() != null).toList();
		List<Gate> closing = paced.isEmpty() ? keys.stream().flatMap(this::places).toList() : paced;
		if (closing.isEmpty() || !closedUntil.isAfter(now)) {
			return;
		}
		Instant latest = now.plus(LONGEST);
		Instant until = closedUntil.isBefore(latest) ? closedUntil : latest;
		close(closing, until);
		var unused = this.groupCommit.write((store) -> {
			store.closeGates(closing, until);
			return closing;
		}).whenComplete((closed, failure) -> {
			if (failure != null) {
				logger.warn("Other tasks of a limit that a handler was told to heed are not kept waiting", failure);
			}
		});
	}

	// A limit as a whole is closed only if no keys are told apart.
	private Stream<Gate> places(Gate gate) {
		LimitNumbers numbers = numbers(gate);
		if (StringUtils.hasLength(gate.key())) {
			return (numbers.perKey() != null) ? Stream.of(gate) : Stream.empty();
		}
		return (numbers.total() != null) ? Stream.of(new Gate(gate.limit(), null)) : Stream.empty();
	}

	private LimitNumbers numbers(Gate gate) {
		return this.limits.get().getOrDefault(gate.limit(), LimitNumbers.NONE);
	}

	/**
	 * Notes that gates are closed, for as long as tasks may be here that were claimed
	 * before.
	 * @param gates the gates
	 * @param closedUntil until when; if that is over, they are open again
	 */
	public void close(Collection<Gate> gates, Instant closedUntil) {
		Instant now = this.identity.now();
		if (!closedUntil.isAfter(now)) {
			gates.forEach(this.until::remove);
			return;
		}
		if (this.until.size() >= this.many) {
			this.until.values().removeIf((time) -> !time.isAfter(now));
			this.many = MANY + 2 * this.until.size();
		}
		Instant latest = now.plus(LONGEST_HERE);
		Instant time = closedUntil.isBefore(latest) ? closedUntil : latest;
		gates.forEach((gate) -> this.until.put(gate, time));
	}

	/**
	 * Returns whether a task must not start now.
	 * @param task the task
	 * @param now the time
	 * @return whether a gate is closed that it has passed
	 */
	public boolean stop(StoredTask task, Instant now) {
		if (this.until.isEmpty() || !task.isLimited()) {
			return false;
		}
		return Gate.of(task).stream().anyMatch((gate) -> {
			Instant time = this.until.get(gate);
			return time != null && time.isAfter(now);
		});
	}

}
