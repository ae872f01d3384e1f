package io.gobstopper.queue;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.util.Assert;

import io.gobstopper.error.TaskStoreException;
import io.gobstopper.handler.TaskHandlers;
import io.gobstopper.limit.LimitInfo;
import io.gobstopper.limit.LimitKeyInfo;
import io.gobstopper.limit.LimitNumbers;
import io.gobstopper.limit.LimitOverride;
import io.gobstopper.limit.TaskLimits;
import io.gobstopper.store.TaskReads;
import io.gobstopper.store.TaskWrites;
import io.gobstopper.store.limit.Gate;
import io.gobstopper.store.limit.LimitUse;
import io.gobstopper.store.task.DueTimes;
import io.gobstopper.store.writer.GroupCommit;

/**
 * Tells of limits what handlers and properties say, and how many tasks are stored.
 */
public final class DefaultTaskLimits implements TaskLimits {

	private static final int MOST_KEYS = 20;

	private static final Duration LONGEST = Duration.ofDays(366);

	private final GroupCommit groupCommit;

	private final TaskHandlers handlers;

	/**
	 * Creates the limits.
	 * @param groupCommit where tasks are stored
	 * @param handlers what can be enqueued
	 */
	public DefaultTaskLimits(GroupCommit groupCommit, TaskHandlers handlers) {
		this.groupCommit = groupCommit;
		this.handlers = handlers;
	}

	@Override
	public List<LimitInfo> findAll() {
		return read(this::read);
	}

	@Override
	public List<LimitKeyInfo> findLongestKeys(String name) {
		return read((reads) -> reads.longestKeys(name, MOST_KEYS));
	}

	private <T> T read(Function<TaskReads, T> read) {
		try {
			return read.apply(this.groupCommit.reads());
		}
		catch (DataAccessException ex) {
			throw new TaskStoreException("The task database cannot be asked about limits: " + ex.getMessage(), ex);
		}
	}

	private List<LimitInfo> read(TaskReads reads) {
		Map<String, LimitUse> uses = new HashMap<>();
		reads.limitUse().forEach((use) -> uses.put(use.limit(), use));
		Instant now = this.groupCommit.clock().instant();
		Map<Boolean, Map<String, Long>> closed = reads.closedGates(now)
			.keySet()
			.stream()
			.collect(Collectors.partitioningBy((gate) -> gate.key() == null,
					Collectors.groupingBy(Gate::limit, Collectors.counting())));
		Map<String, LimitOverride> overrides = reads.limitOverrides(now);
		Map<String, LimitNumbers> numbers = LimitOverride.apply(declared(reads, now), overrides, now);
		TreeSet<String> names = new TreeSet<>(numbers.keySet());
		names.addAll(uses.keySet());
		return names.stream().map((name) -> {
			LimitNumbers most = numbers.getOrDefault(name, LimitNumbers.NONE);
			LimitUse use = uses.getOrDefault(name, new LimitUse(name, 0, 0));
			Integer burst = (most.rate() != null && most.burst() == null) ? Integer.valueOf(1) : most.burst();
			return new LimitInfo(name, most.perKey(), most.total(), most.rate(), burst, use.active(), use.waiting(),
					closed.getOrDefault(true, Map.of()).containsKey(name),
					closed.getOrDefault(false, Map.of()).getOrDefault(name, 0L), overrides.get(name));
		}).toList();
	}

	// What counts but for overrides.
	private Map<String, LimitNumbers> declared(TaskReads reads, Instant now) {
		Map<String, LimitNumbers> declared = new HashMap<>(this.handlers.limits());
		declared.putAll(reads.declaredLimits(now));
		return declared;
	}

	@Override
	public void pause(String name) {
		close(new Gate(name, null));
	}

	@Override
	public void pause(String name, String key) {
		close(gate(name, key));
	}

	@Override
	public void resume(String name) {
		open(new Gate(name, null));
	}

	@Override
	public void resume(String name, String key) {
		open(gate(name, key));
	}

	private static Gate gate(String name, String key) {
		Assert.hasText(key, "The key of a limit must not be empty");
		return new Gate(name, key);
	}

	private void close(Gate gate) {
		checkName(gate.limit());
		change((store) -> store.closeGates(List.of(gate), DueTimes.LATEST), gate, DueTimes.LATEST);
	}

	private void open(Gate gate) {
		checkName(gate.limit());
		change((store) -> store.openGates(List.of(gate)), gate, Instant.EPOCH);
	}

	@Override
	public void override(String name, LimitNumbers numbers, Duration timeToLive) {
		checkName(name);
		Assert.isTrue(!numbers.check().equals(LimitNumbers.NONE), "'perKey', 'total', 'rate' or 'burst' must be given");
		Instant now = this.groupCommit.clock().instant();
		LimitNumbers counting = numbers.or(read((reads) -> declared(reads, now)).getOrDefault(name, LimitNumbers.NONE));
		Assert.isTrue(counting.burst() == null || counting.rate() != null,
				() -> "'burst' does nothing, as limit '%s' has no rate; give 'rate', too".formatted(name));
		Assert.isTrue(
				numbers.perKey() == null || numbers.perKey() == 1 || !this.handlers.orderedLimits().contains(name),
				() -> "'perKey' must be 1, but is %d, as limit '%s' is 'ordered'".formatted(numbers.perKey(), name));
		Assert.isTrue(timeToLive.compareTo(Duration.ZERO) > 0 && timeToLive.compareTo(LONGEST) <= 0,
				() -> "'timeToLive' must be longer than 0 and at most 366 days, but is %s".formatted(timeToLive));
		override(name, new LimitOverride(numbers, now.plus(timeToLive)));
	}

	@Override
	public void reset(String name) {
		checkName(name);
		override(name, null);
	}

	private void override(String name, @Nullable LimitOverride override) {
		GroupCommit.await(this.groupCommit.write((store) -> {
			store.overrideLimit(name, override);
			return name;
		}, (claimant, changed) -> claimant.gatesChanged(List.of())));
	}

	private void change(Consumer<TaskWrites> write, Gate gate, Instant closedUntil) {
		GroupCommit.await(this.groupCommit.write((store) -> {
			write.accept(store);
			return gate;
		}, (claimant, changed) -> claimant.gateClosed(changed, closedUntil)));
	}

	private void checkName(String name) {
		if (!this.handlers.limits().containsKey(name)) {
			List<String> known = findAll().stream().map(LimitInfo::name).toList();
			Assert.isTrue(known.contains(name), () -> "No limit is named '%s'; known: %s".formatted(name, known));
		}
	}

}
