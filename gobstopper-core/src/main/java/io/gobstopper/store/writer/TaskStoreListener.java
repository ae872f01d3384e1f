package io.gobstopper.store.writer;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.gobstopper.store.schedule.ScheduleStep;
import io.gobstopper.store.task.StoredAttempt;
import io.gobstopper.store.task.StoredTask;

/**
 * Is told what was committed and what workers do, one call at a time. Of one task, the
 * calls come in the order of its life. A listener may block, which slows the workers down
 * but never the writer.
 */
public interface TaskStoreListener {

	/**
	 * Tasks were enqueued.
	 * @param tasks the new tasks, some of them already claimed, or none
	 */
	default void inserted(List<StoredTask> tasks) {
	}

	/**
	 * A task that waits for its first attempt runs with other arguments and at another
	 * time.
	 * @param task the task as it is now
	 */
	default void replaced(StoredTask task) {
	}

	/**
	 * A handler was called.
	 * @param task the running task
	 */
	default void started(StoredTask task) {
	}

	/**
	 * A running task told how far it is.
	 * @param task the running task
	 */
	default void progressed(StoredTask task) {
	}

	/**
	 * An attempt ended, or a waiting task was cancelled.
	 * @param task the task afterwards
	 * @param attempt the attempt, or {@code null} if no handler was called
	 */
	default void settled(StoredTask task, @Nullable StoredAttempt attempt) {
	}

	/**
	 * The process that ran a task died. Another call tells if the task is thereby
	 * completed.
	 * @param task the task afterwards
	 */
	default void recovered(StoredTask task) {
	}

	/**
	 * The end of an attempt was discarded because it was no longer the current one.
	 * @param task the task as it would have become
	 */
	default void fenced(StoredTask task) {
	}

	/**
	 * A commit was made or failed.
	 * @param writes the number of writes
	 * @param nanos how long it took, in nanoseconds
	 * @param succeeded whether it was made
	 */
	default void committed(int writes, long nanos, boolean succeeded) {
	}

	/**
	 * The log was moved into the tables, which kept writes waiting.
	 * @param nanos how long it took, in nanoseconds, together with the commit that caused
	 * it if there was one
	 */
	default void checkpointed(long nanos) {
	}

	/**
	 * Tasks with limits can be claimed, or may be admitted, at a time that is to come.
	 * @param time the first such time
	 */
	default void willBeDue(Instant time) {
	}

	/**
	 * A schedule did something about times that had come.
	 * @param step what it did
	 */
	default void scheduled(ScheduleStep step) {
	}

}
