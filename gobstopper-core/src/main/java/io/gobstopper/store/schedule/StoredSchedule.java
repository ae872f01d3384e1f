package io.gobstopper.store.schedule;

import java.time.Instant;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * A schedule.
 *
 * @param name its unique name
 * @param task the name of the task that it enqueues
 * @param category the category of the task
 * @param definition all else that was declared, as JSON
 * @param override the times that an operator set, as JSON
 * @param declaration when it was last declared in code, {@code null} for one that is kept
 * as data
 * @param pause whether and why nothing is enqueued
 * @param anchor from when intervals are counted
 * @param nextAt the next time for which to enqueue a task
 * @param last for what it last enqueued one
 * @param counts what became of its times
 */
public record StoredSchedule(String name, String task, String category, String definition, @Nullable String override,
		@Nullable Declaration declaration, @Nullable Pause pause, Instant anchor, @Nullable Instant nextAt,
		@Nullable Last last, Counts counts) {

	public StoredSchedule withTimes(@Nullable String override, Instant anchor, @Nullable Instant nextAt) {
		return new StoredSchedule(this.name, this.task, this.category, this.definition, override, this.declaration,
				this.pause, anchor, nextAt, this.last, this.counts);
	}

	public StoredSchedule withDefinition(String task, String category, String definition) {
		return new StoredSchedule(this.name, task, category, definition, this.override, this.declaration, this.pause,
				this.anchor, this.nextAt, this.last, this.counts);
	}

	public StoredSchedule withDeclaration(Declaration declaration) {
		return new StoredSchedule(this.name, this.task, this.category, this.definition, this.override, declaration,
				this.pause, this.anchor, this.nextAt, this.last, this.counts);
	}

	public StoredSchedule withPause(@Nullable Pause pause) {
		return new StoredSchedule(this.name, this.task, this.category, this.definition, this.override, this.declaration,
				pause, this.anchor, this.nextAt, this.last, this.counts);
	}

	public StoredSchedule stepped(@Nullable Instant nextAt, @Nullable Last last, Counts counts) {
		return new StoredSchedule(this.name, this.task, this.category, this.definition, this.override, this.declaration,
				this.pause, this.anchor, nextAt, last, counts);
	}

	/**
	 * That it is declared in code.
	 *
	 * @param startedAt when the application started that declared it as it is
	 * @param seenAt when a process last said that it declares it
	 */
	public record Declaration(Instant startedAt, Instant seenAt) {

	}

	/**
	 * That nothing is enqueued.
	 *
	 * @param note why
	 */
	public record Pause(@Nullable String note) {

	}

	/**
	 * What was last enqueued.
	 *
	 * @param scheduledAt the time for which it was
	 * @param taskId the task
	 */
	public record Last(Instant scheduledAt, UUID taskId) {

	}

	/**
	 * What became of the times.
	 *
	 * @param fired for how many a task was enqueued
	 * @param missed how many were missed
	 * @param skipped how many were skipped
	 * @param skipReason why the last one was skipped
	 * @param skippedAt which it was
	 */
	public record Counts(long fired, long missed, long skipped, @Nullable String skipReason,
			@Nullable Instant skippedAt) {

		/**
		 * Of a new schedule.
		 */
		public static final Counts NONE = new Counts(0, 0, 0, null, null);

	}

}
