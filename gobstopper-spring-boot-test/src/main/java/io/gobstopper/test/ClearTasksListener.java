package io.gobstopper.test;

import org.springframework.context.ApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.test.context.TestContext;
import org.springframework.test.context.TestExecutionListener;

/**
 * Deletes what earlier tests left in memory before each test, and before the transaction
 * of the test begins.
 */
final class ClearTasksListener implements TestExecutionListener, Ordered {

	private static final int BEFORE_TRANSACTIONS = 3900;

	@Override
	public void beforeTestMethod(TestContext testContext) {
		if (!testContext.hasApplicationContext()) {
			return;
		}
		ApplicationContext context = testContext.getApplicationContext();
		if (GobstopperTestContextCustomizer.isInMemory(context.getEnvironment())) {
			context.getBeanProvider(TaskQueueTester.class).ifAvailable(TaskQueueTester::clear);
		}
	}

	@Override
	public int getOrder() {
		return BEFORE_TRANSACTIONS;
	}

}
