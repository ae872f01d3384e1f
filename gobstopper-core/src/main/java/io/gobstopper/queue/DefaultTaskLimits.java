package io.gobstopper.queue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

import org.springframework.dao.DataAccessException;

import io.gobstopper.error.TaskStoreException;
import io.gobstopper.handler.TaskHandlers;
import io.gobstopper.limit.LimitInfo;
import io.gobstopper.limit.LimitNumbers;
import io.gobstopper.limit.TaskLimits;
import io.gobstopper.store.limit.LimitUse;
import io.gobstopper.store.writer.GroupCommit;

/**
 * Tells of limits what handlers and properties say, and how many tasks are stored.
 */
public final class DefaultTaskLimits implements TaskLimits {

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
		Map<String, LimitUse> uses = new HashMap<>();
		try {
			this.groupCommit.reads().limitUse().forEach((use) -> uses.put(use.limit(), use));
		}
		catch (DataAccessException ex) {
			throw new TaskStoreException("The task database cannot be asked about limits: " + ex.getMessage(), ex);
		}
		Map<String, LimitNumbers> numbers = this.handlers.limits();
		TreeSet<String> names = new TreeSet<>(numbers.keySet());
		names.addAll(uses.keySet());
		return names.stream().map((name) -> {
			LimitNumbers most = numbers.getOrDefault(name, LimitNumbers.NONE);
			LimitUse use = uses.getOrDefault(name, new LimitUse(name, 0, 0));
			Integer burst = (most.rate() != null && most.burst() == null) ? Integer.valueOf(1) : most.burst();
			return new LimitInfo(name, most.perKey(), most.total(), most.rate(), burst, use.active(), use.waiting());
		}).toList();
	}

}
