package io.gobstopper.worker.execution;

import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * What a thread was before a handler ran on it, so that the next one finds it like that:
 * its name and class loader, and no logging context.
 */
public final class ThreadTraces {

	private final Thread thread;

	private final String name;

	private final @Nullable ClassLoader classLoader;

	private ThreadTraces(Thread thread) {
		this.thread = thread;
		this.name = thread.getName();
		this.classLoader = thread.getContextClassLoader();
	}

	public static ThreadTraces ofCurrentThread() {
		return new ThreadTraces(Thread.currentThread());
	}

	public void remove() {
		MDC.clear();
		if (!this.thread.getName().equals(this.name)) {
			this.thread.setName(this.name);
		}
		if (this.thread.getContextClassLoader() != this.classLoader) {
			this.thread.setContextClassLoader(this.classLoader);
		}
	}

}
