package io.gobstopper.crash;

import java.util.ArrayList;
import java.util.List;

import io.gobstopper.TaskQuery;
import io.gobstopper.store.TaskFilter;
import io.gobstopper.store.TaskStore;
import io.gobstopper.store.task.StoredTask;

/**
 * Reads everything that is stored.
 */
final class StoredTasks {

	private static final int PAGE = 10_000;

	private StoredTasks() {
	}

	static List<StoredTask> all(TaskStore store) {
		List<StoredTask> all = new ArrayList<>();
		List<StoredTask> page;
		do {
			Long before = all.isEmpty() ? null : all.get(all.size() - 1).seq();
			page = store.reads().find(TaskFilter.of(TaskQuery.all(), List.of()).page(before, PAGE));
			all.addAll(page);
		}
		while (page.size() == PAGE);
		return all;
	}

}
