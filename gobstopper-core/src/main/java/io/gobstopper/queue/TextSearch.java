package io.gobstopper.queue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

import io.gobstopper.TaskQuery;
import io.gobstopper.store.TaskFilter;
import io.gobstopper.store.TaskReads;
import io.gobstopper.store.task.StoredTask;

/**
 * Searches texts, for which there is no index, in slices from the newest task on, for as
 * long as somebody may be made to wait. Safe for use by several threads.
 */
final class TextSearch {

	private static final long PATIENCE_NANOS = Duration.ofSeconds(1).toNanos();

	private static final long SHORT_NANOS = Duration.ofMillis(100).toNanos();

	private static final long LONG_NANOS = Duration.ofMillis(300).toNanos();

	private static final long FIRST_SLICE = 20_000;

	private static final long SMALLEST_SLICE = 1000;

	private static final long LARGEST_SLICE = 1L << 40;

	private final LongSupplier nanoTime;

	TextSearch(LongSupplier nanoTime) {
		this.nanoTime = nanoTime;
	}

	/**
	 * Finds tasks.
	 * @param store where to look
	 * @param filter which tasks, with the place to begin at and the number to find
	 * @return what was found, and where it may be looked further
	 */
	Found find(TaskReads store, TaskFilter filter) {
		TaskFilter all = TaskFilter.of(TaskQuery.all(), List.of());
		Long before = (filter.beforeSeq() != null) ? filter.beforeSeq() : endOf(store, all);
		List<StoredTask> found = new ArrayList<>();
		long start = this.nanoTime.getAsLong();
		long size = FIRST_SLICE;
		while (before > 0 && found.size() < filter.limit()) {
			long began = this.nanoTime.getAsLong();
			if (began - start > PATIENCE_NANOS) {
				return new Found(found, before, lookedBackTo(store, all, before));
			}
			long from = Math.max(0, before - size);
			found.addAll(store.find(filter.slice(from, before, filter.limit() - found.size())));
			before = from;
			size = nextSize(size, this.nanoTime.getAsLong() - began);
		}
		return new Found(found, null, null);
	}

	private static long nextSize(long size, long nanos) {
		if (nanos > LONG_NANOS) {
			return Math.max(SMALLEST_SLICE, size / 2);
		}
		return (nanos < SHORT_NANOS) ? Math.min(LARGEST_SLICE, size * 2) : size;
	}

	private static long endOf(TaskReads store, TaskFilter all) {
		return store.find(all.page(null, 1)).stream().mapToLong((newest) -> newest.seq() + 1).findFirst().orElse(0);
	}

	private static @Nullable Instant lookedBackTo(TaskReads store, TaskFilter all, long before) {
		return store.find(all.page(before, 1))
			.stream()
			.map((next) -> next.details().createdAt())
			.findFirst()
			.orElse(null);
	}

	/**
	 * What was found.
	 *
	 * @param tasks the tasks, newest first
	 * @param before where to look further, {@code null} if everything was looked at or
	 * enough was found
	 * @param lookedBackTo the creation time of the tasks there
	 */
	record Found(List<StoredTask> tasks, @Nullable Long before, @Nullable Instant lookedBackTo) {

	}

}
