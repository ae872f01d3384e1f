package io.gobstopper.crash;

import java.util.concurrent.TimeUnit;

import io.gobstopper.GobstopperTask;
import io.gobstopper.TaskContext;
import io.gobstopper.crash.Ledger.Event;
import io.gobstopper.limit.TaskLimit;

/**
 * Handlers that write down what they do.
 */
class RecordedHandlers {

	/**
	 * How many tasks named {@code paced} may start in any run.
	 */
	static final int PACE = 30;

	private final Ledger ledger;

	RecordedHandlers(Ledger ledger) {
		this.ledger = ledger;
	}

	@GobstopperTask(name = "quick")
	int quick(int value, TaskContext context) {
		this.ledger.write(Event.STARTED, context.id());
		this.ledger.write(Event.ENDED, context.id());
		return value;
	}

	@GobstopperTask(name = "unique", category = "unique")
	void unique(String key, String call, TaskContext context) throws InterruptedException {
		this.ledger.write(Event.STARTED, context.id());
		this.ledger.write(Event.BEGUN, call, key);
		try {
			TimeUnit.MILLISECONDS.sleep(5);
			this.ledger.write(Event.DONE, call, key);
			this.ledger.write(Event.ENDED, context.id());
		}
		catch (InterruptedException ex) {
			this.ledger.write(Event.DONE, call, key);
			this.ledger.write(Event.INTERRUPTED, context.id());
			throw ex;
		}
	}

	@GobstopperTask(name = "limited", category = "limited", maxRetries = 20)
	@TaskLimit(name = "shared", key = "#key", perKey = 1, total = 20)
	void limited(String key, int failures, TaskContext context) throws InterruptedException {
		this.ledger.write(Event.STARTED, context.id());
		this.ledger.write(Event.ENTERED, context.id(), key);
		Event end = Event.INTERRUPTED;
		try {
			TimeUnit.MILLISECONDS.sleep(5);
			end = (context.attempt() <= failures) ? Event.FAILED : Event.ENDED;
		}
		finally {
			this.ledger.write(Event.LEFT, context.id(), key);
			this.ledger.write(end, context.id());
		}
		if (end == Event.FAILED) {
			throw new IllegalStateException("attempt %d fails".formatted(context.attempt()));
		}
	}

	@GobstopperTask(name = "paced", category = "paced")
	@TaskLimit(name = "paced", rate = PACE + "/1d", burst = PACE)
	void paced(TaskContext context) {
		this.ledger.write(Event.PACED, context.id());
	}

	@GobstopperTask(name = "slow", category = "slow")
	void slow(int millis, TaskContext context) throws InterruptedException {
		this.ledger.write(Event.STARTED, context.id());
		try {
			for (int step = 1; step <= 10; step++) {
				TimeUnit.MILLISECONDS.sleep(millis / 10);
				context.progress(step * 10, "step " + step);
			}
			this.ledger.write(Event.ENDED, context.id());
		}
		catch (InterruptedException ex) {
			this.ledger.write(Event.INTERRUPTED, context.id());
			throw ex;
		}
	}

	@GobstopperTask(name = "flaky", category = "flaky", maxRetries = 20, fairnessKey = "#failures")
	void flaky(int failures, TaskContext context) {
		this.ledger.write(Event.STARTED, context.id());
		if (context.attempt() <= failures) {
			this.ledger.write(Event.FAILED, context.id());
			throw new IllegalStateException("attempt %d fails".formatted(context.attempt()));
		}
		this.ledger.write(Event.ENDED, context.id());
	}

}
