package io.gobstopper.test;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import io.gobstopper.EnqueueResult;
import io.gobstopper.TaskRequest;
import io.gobstopper.queue.EnqueueInterceptor;

/**
 * Runs tasks as soon as they are stored and due.
 */
final class InlineTasks implements EnqueueInterceptor {

	private final Supplier<TaskQueueTester> tester;

	InlineTasks(Supplier<TaskQueueTester> tester) {
		this.tester = tester;
	}

	@Override
	public List<EnqueueResult> around(Collection<TaskRequest> requests,
			Function<Map<String, String>, List<EnqueueResult>> enqueue) {
		List<EnqueueResult> results = enqueue.apply(Map.of());
		if (TransactionSynchronizationManager.isActualTransactionActive()
				&& TransactionSynchronizationManager.isSynchronizationActive()) {
			TransactionSynchronizationManager.registerSynchronization(new AfterCommit());
		}
		else {
			this.tester.get().runDue();
		}
		return results;
	}

	// Registered after the one that stores the tasks, and called after it.
	private final class AfterCommit implements TransactionSynchronization {

		@Override
		public void afterCommit() {
			InlineTasks.this.tester.get().runDue();
		}

	}

}
