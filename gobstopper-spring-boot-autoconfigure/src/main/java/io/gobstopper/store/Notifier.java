package io.gobstopper.store;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * Tells a listener the news in order, on a thread of its own. Waking that thread costs
 * more than the news, so after much news it waits a moment for more.
 */
final class Notifier {

	private static final Log logger = LogFactory.getLog(Notifier.class);

	private static final int MUCH = 10;

	private static final long PAUSE_NANOS = Duration.ofMillis(1).toNanos();

	private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

	private final TaskStoreListener listener;

	private final Queue<Consumer<TaskStoreListener>> news = new ConcurrentLinkedQueue<>();

	private final AtomicBoolean awake = new AtomicBoolean();

	private final ExecutorService executor = Executors
		.newSingleThreadExecutor(new CustomizableThreadFactory("gobstopper-notifier"));

	private boolean busy;

	Notifier(TaskStoreListener listener) {
		this.listener = listener;
	}

	void publish(Consumer<TaskStoreListener> news) {
		this.news.add(news);
		if (this.awake.compareAndSet(false, true)) {
			try {
				this.executor.execute(this::tell);
			}
			catch (RejectedExecutionException ex) {
				logger.debug("Nobody is told what happens after the task queue is closed", ex);
			}
		}
	}

	private void tell() {
		if (this.busy) {
			LockSupport.parkNanos(PAUSE_NANOS);
		}
		this.awake.set(false);
		int told = 0;
		Consumer<TaskStoreListener> next = this.news.poll();
		while (next != null) {
			next.accept(this.listener);
			told++;
			next = this.news.poll();
		}
		this.busy = told >= MUCH;
	}

	// Tells what was published before.
	void close() throws InterruptedException {
		this.executor.shutdown();
		if (!this.executor.awaitTermination(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
			logger.warn("A task listener is still busy; going on without it");
		}
	}

}
