package io.gobstopper.queue;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.gobstopper.TaskQuery;
import io.gobstopper.TaskStatus;
import io.gobstopper.handler.EncodedArguments;
import io.gobstopper.handler.HandlerFit;
import io.gobstopper.handler.TaskHandlers;
import io.gobstopper.store.PageCursor;
import io.gobstopper.store.TaskFilter;
import io.gobstopper.store.statistics.WaitingName;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.writer.GroupCommit;

/**
 * Looks whether the handlers of this application fit the tasks that wait: each name has a
 * handler, and the newest tasks of each name can be read. Nothing is run or changed.
 */
public final class ContractCheck {

	private static final int NEWEST = 200;

	private static final Set<TaskStatus> WAITING = Set.of(TaskStatus.PENDING, TaskStatus.RETRY);

	private final GroupCommit groupCommit;

	private final HandlerFit fit;

	private final Collection<String> categories;

	/**
	 * Creates the check.
	 * @param groupCommit the queue
	 * @param handlers what can be run
	 * @param categories the categories that this process runs, empty for all
	 */
	public ContractCheck(GroupCommit groupCommit, TaskHandlers handlers, Collection<String> categories) {
		this.groupCommit = groupCommit;
		this.fit = new HandlerFit(handlers);
		this.categories = List.copyOf(categories);
	}

	/**
	 * Looks; waits until the database is open.
	 * @return a sentence for each name whose tasks cannot be run, without any of their
	 * values
	 */
	public List<String> findMisfits() {
		List<WaitingName> waiting = this.groupCommit.reads()
			.statistics()
			.waitingNames()
			.stream()
			.filter((name) -> this.categories.isEmpty() || this.categories.contains(name.category()))
			.toList();
		List<StoredTask> newest = waiting.isEmpty() ? List.of() : find(null, NEWEST);
		List<String> misfits = new ArrayList<>();
		for (WaitingName name : waiting) {
			String why = whyNot(name, newest);
			if (why != null) {
				misfits.add(why);
			}
		}
		return misfits;
	}

	private @Nullable String whyNot(WaitingName waiting, List<StoredTask> newest) {
		String missing = this.fit.missing(waiting.name());
		if (missing != null) {
			return "%s have %s".formatted(describe(waiting), missing);
		}
		List<StoredTask> tasks = new ArrayList<>(newest);
		tasks.addAll(find(waiting.newestSeq() + 1, 1));
		for (StoredTask task : tasks) {
			if (task.details().name().equals(waiting.name())) {
				String misfit = this.fit.misfit(waiting.name(),
						new EncodedArguments(task.details().args(), task.details().kwargs()));
				if (misfit != null) {
					return "%s have, all or some of them, %s".formatted(describe(waiting), misfit);
				}
			}
		}
		return null;
	}

	private static String describe(WaitingName waiting) {
		return "'%s': %d waiting since %s".formatted(waiting.name(), waiting.count(), waiting.since());
	}

	private List<StoredTask> find(@Nullable Long beforeSeq, int limit) {
		TaskFilter filter = TaskFilter.of(TaskQuery.all().statuses(WAITING), List.of());
		return this.groupCommit.reads()
			.find(filter.page(PageCursor.parse((beforeSeq != null) ? PageCursor.format(beforeSeq) : null), limit));
	}

}
