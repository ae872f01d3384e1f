package io.gobstopper.actuate;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Reads a value anew for each caller for as long as that is quick. Where it takes long,
 * twice in a row, callers get what was read last, and the next value is read meanwhile,
 * for a quarter of the time, or more where it takes more than five seconds. Safe for use
 * by several threads.
 *
 * @param <T> the type of the value
 */
final class ReadAhead<T> {

	private static final Log logger = LogFactory.getLog(ReadAhead.class);

	static final Duration LONG = Duration.ofMillis(150);

	static final Duration MOST_AGE = Duration.ofSeconds(30);

	private static final int PAUSE = 3;

	// As often as the pages ask that are asked for most seldom.
	private static final Duration POLL = Duration.ofSeconds(10);

	private final Supplier<T> reader;

	private final Executor executor;

	private final LongSupplier nanoTime;

	private final Object reading = new Object();

	private @Nullable Reading<T> last;

	private boolean readsAhead;

	private boolean takesLong;

	private long generation;

	ReadAhead(Supplier<T> reader, Executor executor, LongSupplier nanoTime) {
		this.reader = reader;
		this.executor = executor;
		this.nanoTime = nanoTime;
	}

	T get() {
		Reading<T> kept = kept();
		return (kept != null) ? kept.value() : readTogether(this.nanoTime.getAsLong());
	}

	// Those who come while a value is read share the one that is read next.
	private T readTogether(long arrivedAt) {
		synchronized (this.reading) {
			Reading<T> latest = latest();
			return (latest != null && latest.startedAt() - arrivedAt >= 0) ? latest.value() : read().value();
		}
	}

	private synchronized @Nullable Reading<T> latest() {
		return this.last;
	}

	// A value that is being read now is forgotten as well.
	synchronized void forget() {
		this.generation++;
		this.last = null;
	}

	private synchronized @Nullable Reading<T> kept() {
		Reading<T> kept = this.last;
		if (kept == null || !this.takesLong) {
			return null;
		}
		long age = this.nanoTime.getAsLong() - kept.startedAt();
		if (age > MOST_AGE.toNanos() + kept.nanos() && !this.readsAhead) {
			return null;
		}
		if (age > Math.min((1 + PAUSE) * kept.nanos(), MOST_AGE.minus(POLL).toNanos())) {
			readAhead();
		}
		return kept;
	}

	private Reading<T> read() {
		long current;
		synchronized (this) {
			current = this.generation;
		}
		long start = this.nanoTime.getAsLong();
		T value = this.reader.get();
		Reading<T> reading = new Reading<>(value, start, this.nanoTime.getAsLong() - start);
		keep(reading, current);
		return reading;
	}

	private synchronized void keep(Reading<T> reading, long generationOfReading) {
		boolean tookLongBefore = this.last != null && this.last.tookLong();
		this.takesLong = reading.tookLong() && (tookLongBefore || this.takesLong);
		if (generationOfReading == this.generation) {
			this.last = reading;
		}
		if (reading.tookLong() && !this.takesLong) {
			readAhead();
		}
	}

	private synchronized void readAhead() {
		if (!this.readsAhead) {
			this.readsAhead = true;
			try {
				this.executor.execute(this::readForNext);
			}
			catch (RejectedExecutionException ex) {
				logger.debug("Nothing is read ahead any more", ex);
				this.readsAhead = false;
			}
		}
	}

	// What cannot be read is told to the next caller, who tries it again.
	private void readForNext() {
		try {
			synchronized (this.reading) {
				read();
			}
		}
		catch (RuntimeException ex) {
			logger.debug("Could not read ahead", ex);
			forget();
		}
		finally {
			synchronized (this) {
				this.readsAhead = false;
			}
		}
	}

	private record Reading<T>(T value, long startedAt, long nanos) {

		boolean tookLong() {
			return this.nanos > LONG.toNanos();
		}

	}

}
