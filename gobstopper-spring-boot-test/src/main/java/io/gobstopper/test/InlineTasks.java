package io.gobstopper.test;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.gobstopper.EnqueueResult;
import io.gobstopper.TaskRequest;
import io.gobstopper.queue.EnqueueInterceptor;

/**
 * Runs tasks as soon as they are stored and due.
 */
final class InlineTasks implements EnqueueInterceptor {

	private final Supplier<TaskQueueTester> tester;

	private final Supplier<@Nullable PlatformTransactionManager> transactions;

	InlineTasks(Supplier<TaskQueueTester> tester, Supplier<@Nullable PlatformTransactionManager> transactions) {
		this.tester = tester;
		this.transactions = transactions;
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
			this.tester.get().runInline();
		}
		return results;
	}

	// What is committed is still bound to the thread, and handlers must not join it.
	private void runDetached() {
		PlatformTransactionManager manager = this.transactions.get();
		if (manager == null) {
			this.tester.get().runInline();
			return;
		}
		TransactionTemplate template = new TransactionTemplate(manager);
		template.setPropagationBehavior(TransactionDefinition.PROPAGATION_NOT_SUPPORTED);
		template.executeWithoutResult((status) -> this.tester.get().runInline());
	}

	// Registered after the one that stores the tasks, and called after it.
	private final class AfterCommit implements TransactionSynchronization {

		@Override
		public void afterCommit() {
			runDetached();
		}

	}

}
