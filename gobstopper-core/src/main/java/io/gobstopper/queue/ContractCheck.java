package io.gobstopper.queue;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.gobstopper.TaskQuery;
import io.gobstopper.TaskStatus;
import io.gobstopper.UnreadableTaskException;
import io.gobstopper.handler.EncodedArguments;
import io.gobstopper.handler.TaskHandler;
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

	private static final int MOST_EDITS = 3;

	private static final Set<TaskStatus> WAITING = Set.of(TaskStatus.PENDING, TaskStatus.RETRY);

	private final GroupCommit groupCommit;

	private final TaskHandlers handlers;

	private final Collection<String> categories;

	/**
	 * Creates the check.
	 * @param groupCommit the queue
	 * @param handlers what can be run
	 * @param categories the categories that this process runs, empty for all
	 */
	public ContractCheck(GroupCommit groupCommit, TaskHandlers handlers, Collection<String> categories) {
		this.groupCommit = groupCommit;
		this.handlers = handlers;
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
		TaskHandler handler = this.handlers.find(waiting.name());
		if (handler == null) {
			String nearest = nearest(waiting.name());
			return "%s no handler%s".formatted(describe(waiting),
					(nearest != null) ? "; one is named '%s'".formatted(nearest) : "");
		}
		List<StoredTask> tasks = new ArrayList<>(newest);
		tasks.addAll(find(waiting.newestSeq() + 1, 1));
		for (StoredTask task : tasks) {
			if (task.details().name().equals(waiting.name())) {
				try {
					handler.decode(new EncodedArguments(task.details().args(), task.details().kwargs()));
				}
				catch (UnreadableTaskException ex) {
					return "%s arguments that cannot be read, or some of them have: %s".formatted(describe(waiting),
							ex.getMessage());
				}
			}
		}
		return null;
	}

	private static String describe(WaitingName waiting) {
		return "'%s': %d waiting since %s have".formatted(waiting.name(), waiting.count(), waiting.since());
	}

	private List<StoredTask> find(@Nullable Long beforeSeq, int limit) {
		TaskFilter filter = TaskFilter.of(TaskQuery.all().statuses(WAITING), List.of());
		return this.groupCommit.reads()
			.find(filter.page(PageCursor.parse((beforeSeq != null) ? PageCursor.format(beforeSeq) : null), limit));
	}

	private @Nullable String nearest(String name) {
		String nearest = null;
		int fewest = MOST_EDITS + 1;
		for (String known : this.handlers.names()) {
			int edits = edits(name, known);
			if (edits < fewest) {
				nearest = known;
				fewest = edits;
			}
		}
		return nearest;
	}

	// The distance of Levenshtein.
	private static int edits(String from, String to) {
		int[] row = new int[to.length() + 1];
		for (int j = 0; j < row.length; j++) {
			row[j] = j;
		}
		for (int i = 1; i <= from.length(); i++) {
			int diagonal = row[0];
			row[0] = i;
			for (int j = 1; j < row.length; j++) {
				int substituted = diagonal + ((from.charAt(i - 1) != to.charAt(j - 1)) ? 1 : 0);
				diagonal = row[j];
				row[j] = Math.min(substituted, 1 + Math.min(row[j], row[j - 1]));
			}
		}
		return row[to.length()];
	}

}
