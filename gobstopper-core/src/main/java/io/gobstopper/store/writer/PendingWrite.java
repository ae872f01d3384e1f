package io.gobstopper.store.writer;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.gobstopper.store.Claimant;
import io.gobstopper.store.TaskWrites;
import io.gobstopper.store.task.InsertedTask;
import io.gobstopper.store.task.Settlement;
import io.gobstopper.store.task.StoredTask;

/**
 * A write that waits for the next commit.
 */
sealed interface PendingWrite {

	void fail(Throwable failure);

	/**
	 * Returns whether this stores tasks that are new or the end of an attempt, which is
	 * what the queue is for.
	 * @return whether it does
	 */
	default boolean isOfTasks() {
		return this instanceof Insert || this instanceof Settle;
	}

	/**
	 * New tasks, all of them stored or none.
	 */
	record Insert(List<StoredTask> tasks, CompletableFuture<List<InsertedTask>> result) implements PendingWrite {

		@Override
		public void fail(Throwable failure) {
			this.result.completeExceptionally(failure);
		}

	}

	/**
	 * The end of an attempt; the result is whether it was still the current one.
	 */
	record Settle(Settlement settlement, CompletableFuture<Boolean> result) implements PendingWrite {

		@Override
		public void fail(Throwable failure) {
			this.result.completeExceptionally(failure);
		}

	}

	/**
	 * Anything else.
	 */
	record Operation<T extends @Nullable Object>(Function<TaskWrites, T> write, BiConsumer<Claimant, T> news,
			BiConsumer<TaskStoreListener, T> announcement, CompletableFuture<T> result) implements PendingWrite {

		static <T extends @Nullable Object> Operation<Change<T>> of(Function<TaskWrites, Change<T>> write,
				CompletableFuture<Change<T>> result) {
			return new Operation<>(write, (claimant, change) -> change.tell(claimant),
					(listeners, change) -> change.tell(listeners), result);
		}

		@Override
		public void fail(Throwable failure) {
			this.result.completeExceptionally(failure);
		}

		Applied apply(TaskWrites writes) {
			T value = this.write.apply(writes);
			return new Applied() {

				@Override
				public void committed(@Nullable Claimant claimant) {
					try {
						if (claimant != null) {
							Operation.this.news.accept(claimant, value);
						}
					}
					finally {
						Operation.this.result.complete(value);
					}
				}

				@Override
				public void announce(TaskStoreListener listeners) {
					Operation.this.announcement.accept(listeners, value);
				}

			};
		}

		/**
		 * What follows from the operation once it is committed.
		 */
		interface Applied {

			void committed(@Nullable Claimant claimant);

			void announce(TaskStoreListener listeners);

		}

	}

	/**
	 * Nothing: makes the writer ask its claimant.
	 */
	record WakeUp() implements PendingWrite {

		@Override
		public void fail(Throwable failure) {
		}

	}

}
