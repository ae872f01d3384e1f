package io.gobstopper.worker.maintenance;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

import io.gobstopper.worker.execution.WorkerIdentity;

/**
 * Gives each {@link MaintenanceService} a thread of its own, until it is stopped. Safe
 * for use by several threads.
 */
public final class Maintenance {

	private static final Log logger = LogFactory.getLog(Maintenance.class);

	private final List<ScheduledThreadPoolExecutor> threads = new ArrayList<>();

	private volatile boolean stopped;

	/**
	 * Does something from time to time, for the first time after one interval.
	 * @param service what to do
	 */
	public void add(MaintenanceService service) {
		add(service, thread(service.name()));
	}

	/**
	 * Does something from time to time, and at certain moments.
	 * @param service what to do
	 * @param identity whose clock tells the moments
	 * @return what can be told the moments
	 */
	public WakeUpTimer addTimed(MaintenanceService service, WorkerIdentity identity) {
		ScheduledThreadPoolExecutor thread = thread(service.name());
		add(service, thread);
		return new WakeUpTimer(identity, thread, () -> run(service.name(), service.work()));
	}

	private void add(MaintenanceService service, ScheduledThreadPoolExecutor thread) {
		long nanos = TimeUnit.NANOSECONDS.convert(service.interval());
		var unused = thread.scheduleWithFixedDelay(() -> run(service.name(), service.work()), nanos, nanos,
				TimeUnit.NANOSECONDS);
	}

	/**
	 * Does something once, in a while of its own.
	 * @param name what it is called in the log
	 * @param work what to do
	 */
	public void once(String name, Runnable work) {
		ScheduledThreadPoolExecutor thread = thread(name);
		thread.execute(() -> run(name, work));
		thread.shutdown();
	}

	private synchronized ScheduledThreadPoolExecutor thread(String name) {
		ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(1,
				new CustomizableThreadFactory("gobstopper-%s-".formatted(name)));
		if (this.stopped) {
			thread.shutdown();
		}
		this.threads.add(thread);
		return thread;
	}

	private void run(String name, Runnable work) {
		try {
			work.run();
		}
		catch (Throwable ex) {
			if (this.stopped) {
				logger.debug("The task worker was stopped meanwhile", ex);
				return;
			}
			logger.error("The task worker could not do a part of its work, '%s'; it will try again".formatted(name),
					ex);
		}
	}

	/**
	 * Stops all of them, interrupting those that are at it.
	 * @param timeout how long to wait for each
	 * @return whether all have ended
	 * @throws InterruptedException if the thread is interrupted
	 */
	public boolean stop(Duration timeout) throws InterruptedException {
		List<ScheduledThreadPoolExecutor> all;
		synchronized (this) {
			this.stopped = true;
			all = List.copyOf(this.threads);
		}
		all.forEach(ScheduledThreadPoolExecutor::shutdownNow);
		boolean ended = true;
		for (ScheduledThreadPoolExecutor thread : all) {
			ended &= thread.awaitTermination(TimeUnit.NANOSECONDS.convert(timeout), TimeUnit.NANOSECONDS);
		}
		return ended;
	}

}
