package io.gobstopper.limit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

import io.gobstopper.GobstopperTask;
import io.gobstopper.RetryLaterException;
import io.gobstopper.SnoozeException;
import io.gobstopper.TaskContext;

import static org.awaitility.Awaitility.await;

/**
 * Handlers of tasks with limits, which run until they are permitted to end.
 */
class LimitedHandlers {

	final Semaphore permits = new Semaphore(0);

	final AtomicInteger running = new AtomicInteger();

	final AtomicInteger most = new AtomicInteger();

	final AtomicInteger mostOfAKey = new AtomicInteger();

	final Map<String, AtomicInteger> byKey = new ConcurrentHashMap<>();

	final List<String> started = Collections.synchronizedList(new ArrayList<>());

	final List<String> keys = Collections.synchronizedList(new ArrayList<>());

	void awaitRunning(int tasks) {
		await().until(() -> this.running.get() == tasks);
	}

	@GobstopperTask("sync")
	@TaskLimit(name = "crm", key = "#tenant", perKey = 1, total = 3)
	void sync(String tenant, TaskContext context) throws InterruptedException {
		this.keys.add(tenant);
		run(tenant, context);
	}

	@GobstopperTask("exclusive")
	@TaskLimit(name = "crm", key = "#tenant")
	@TaskLimit(name = "exclusive", total = 1)
	void exclusive(String tenant, TaskContext context) throws InterruptedException {
		run(tenant, context);
	}

	@GobstopperTask(name = "fail_once", maxRetries = 3)
	@TaskLimit(name = "crm", key = "#tenant")
	void failOnce(String tenant, TaskContext context) throws InterruptedException {
		if (context.attempt() == 1) {
			throw new RetryLaterException(Duration.ofMillis(300));
		}
		run(tenant, context);
	}

	@GobstopperTask("snooze_once")
	@TaskLimit(name = "crm", key = "#tenant")
	void snoozeOnce(String tenant, TaskContext context) throws InterruptedException {
		if (context.snoozeCount() == 0) {
			throw new SnoozeException(Duration.ofMillis(300));
		}
		run(tenant, context);
	}

	@GobstopperTask(name = "retry_plain", maxRetries = 1)
	void retryPlain(TaskContext context) {
		if (context.attempt() == 1) {
			throw new RetryLaterException(Duration.ofMillis(50));
		}
	}

	@GobstopperTask("plain")
	void plain(String text, TaskContext context) throws InterruptedException {
		run(text, context);
	}

	@GobstopperTask("order")
	@TaskLimit(name = "crm", key = "#order.region + '-' + #order.number")
	void order(Order order) {
	}

	private void run(String key, TaskContext context) throws InterruptedException {
		this.started.add(context.id());
		AtomicInteger sameKey = this.byKey.computeIfAbsent(key, (ignored) -> new AtomicInteger());
		this.mostOfAKey.accumulateAndGet(sameKey.incrementAndGet(), Math::max);
		this.most.accumulateAndGet(this.running.incrementAndGet(), Math::max);
		try {
			this.permits.acquire();
		}
		finally {
			sameKey.decrementAndGet();
			this.running.decrementAndGet();
		}
	}

	record Order(String region, int number) {

	}

}
