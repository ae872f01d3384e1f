package io.gobstopper.queue;

import java.util.List;

import org.springframework.transaction.support.TransactionSynchronizationManager;
import tools.jackson.databind.json.JsonMapper;

import io.gobstopper.TaskInfo;

/**
 * The tasks that wait for the commit of the transaction in which they were enqueued.
 */
public final class UncommittedTasks {

	private UncommittedTasks() {
	}

	/**
	 * Returns those of the transaction of the calling thread.
	 * @param jsonMapper reads arguments
	 * @return the tasks in the order in which they were enqueued
	 */
	public static List<TaskInfo> current(JsonMapper jsonMapper) {
		if (!TransactionTasks.isNeeded()) {
			return List.of();
		}
		TaskInfoMapper mapper = new TaskInfoMapper(jsonMapper);
		return TransactionSynchronizationManager.getSynchronizations()
			.stream()
			.filter(TransactionTasks.class::isInstance)
			.flatMap((gathered) -> ((TransactionTasks) gathered).tasks().stream())
			.map(mapper::map)
			.toList();
	}

}
