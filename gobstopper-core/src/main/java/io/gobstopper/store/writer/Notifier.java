package io.gobstopper.store.writer;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
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

	private final Queue<News> news = new ConcurrentLinkedQueue<>();

	private final AtomicInteger untold = new AtomicInteger();

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition told = this.lock.newCondition();

	private final AtomicBoolean awake = new AtomicBoolean();

	private final ExecutorService executor;

	private volatile @Nullable Thread current;

	private boolean busy;

	Notifier(TaskStoreListener listener) {
		this.listener = listener;
		CustomizableThreadFactory threads = new CustomizableThreadFactory("gobstopper-notifier");
		threads.setDaemon(true);
		this.executor = Executors.newSingleThreadExecutor(threads);
	}

	void publish(Consumer<TaskStoreListener> news) {
		publish(0, news);
	}

	/**
	 * Tells something in its turn.
	 * @param size of how many changes it tells
	 * @param news tells it
	 */
	void publish(int size, Consumer<TaskStoreListener> news) {
		this.untold.addAndGet(size);
		this.news.add(new News(size, news));
		if (this.awake.compareAndSet(false, true)) {
			try {
				this.executor.execute(this::tell);
			}
			catch (RejectedExecutionException ex) {
				logger.debug("Nobody is told what happens after the task queue is closed", ex);
			}
		}
	}

	// Returns whether a listener is being called on this thread.
	boolean isCurrentThread() {
		return Thread.currentThread() == this.current;
	}

	/**
	 * Waits until fewer changes have not been told yet.
	 * @param most how many there may be
	 * @param nanos how long to wait
	 * @return whether there are fewer
	 * @throws InterruptedException if the thread is interrupted
	 */
	boolean awaitFewerUntold(int most, long nanos) throws InterruptedException {
		if (this.untold.get() < most) {
			return true;
		}
		long left = nanos;
		this.lock.lockInterruptibly();
		try {
			while (this.untold.get() >= most && left > 0) {
				left = this.told.awaitNanos(left);
			}
			return this.untold.get() < most;
		}
		finally {
			this.lock.unlock();
		}
	}

	private void tell() {
		if (this.busy) {
			LockSupport.parkNanos(PAUSE_NANOS);
		}
		this.awake.set(false);
		this.current = Thread.currentThread();
		int count = 0;
		News next = this.news.poll();
		while (next != null) {
			tell(next);
			count++;
			next = this.news.poll();
		}
		this.busy = count >= MUCH;
	}

	private void tell(News next) {
		try {
			next.teller().accept(this.listener);
		}
		finally {
			if (next.size() > 0) {
				this.untold.addAndGet(-next.size());
				this.lock.lock();
				try {
					this.told.signalAll();
				}
				finally {
					this.lock.unlock();
				}
			}
		}
	}

	// Tells what was published before.
	void close() throws InterruptedException {
		this.executor.shutdown();
		if (!this.executor.awaitTermination(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
			logger.warn("A task listener is still busy; going on without it");
		}
	}

	/**
	 * What is to be told, and of how many changes.
	 */
	private record News(int size, Consumer<TaskStoreListener> teller) {

	}

}
