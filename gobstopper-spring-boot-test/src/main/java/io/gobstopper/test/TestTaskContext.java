package io.gobstopper.test;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

import org.jspecify.annotations.Nullable;

import io.gobstopper.TaskCancelledException;
import io.gobstopper.TaskContext;

/**
 * A context for tests of handlers without a queue, which remembers what was reported. Set
 * it up before it is handed to the handler; then it is safe for use by several threads.
 */
public final class TestTaskContext implements TaskContext {

	private final String id = UUID.randomUUID().toString();

	private final String name;

	private final Map<String, String> headers = new LinkedHashMap<>();

	private final List<Progress> reports = new CopyOnWriteArrayList<>();

	private String category = "default";

	private int attempt = 1;

	private int maxRetries;

	private int snoozeCount;

	private @Nullable Instant deadline;

	private int stopsAfter = Integer.MAX_VALUE;

	private StopReason stopReason = StopReason.CANCELLED;

	private TestTaskContext(String name) {
		this.name = name;
	}

	/**
	 * Returns a context of the first attempt of a task.
	 * @param name the name of the task
	 * @return the context
	 */
	public static TestTaskContext of(String name) {
		return new TestTaskContext(name);
	}

	/**
	 * Sets the category.
	 * @param value the category
	 * @return this
	 */
	public TestTaskContext category(String value) {
		this.category = value;
		return this;
	}

	/**
	 * Sets which attempt it is.
	 * @param value 1 for the first
	 * @return this
	 */
	public TestTaskContext attempt(int value) {
		this.attempt = value;
		return this;
	}

	/**
	 * Sets how often the task is tried again.
	 * @param value the number of retries
	 * @return this
	 */
	public TestTaskContext maxRetries(int value) {
		this.maxRetries = value;
		return this;
	}

	/**
	 * Sets how often the task was snoozed.
	 * @param value the number of snoozes
	 * @return this
	 */
	public TestTaskContext snoozeCount(int value) {
		this.snoozeCount = value;
		return this;
	}

	/**
	 * Sets when the attempt is stopped.
	 * @param value the time
	 * @return this
	 */
	public TestTaskContext deadline(Instant value) {
		this.deadline = value;
		return this;
	}

	/**
	 * Sets a header.
	 * @param header the name of the header
	 * @param value its value
	 * @return this
	 */
	public TestTaskContext header(String header, String value) {
		this.headers.put(header, value);
		return this;
	}

	/**
	 * Has the handler asked to stop once it has reported its progress some times.
	 * @param reports how often, 0 to have it asked at once
	 * @param reason why it should stop
	 * @return this
	 */
	public TestTaskContext stopAfter(int reports, StopReason reason) {
		this.stopsAfter = reports;
		this.stopReason = reason;
		return this;
	}

	/**
	 * Calls something that may ask for {@link TaskContext#current()}, such as a handler.
	 * @param <T> the type of what it returns
	 * @param <E> the type of what it throws
	 * @param callable what to call
	 * @return what it returns
	 * @throws E what it throws
	 */
	public <T, E extends Throwable> @Nullable T call(Scope.ThrowingCallable<T, E> callable) throws E {
		return Scope.call(this, callable);
	}

	/**
	 * Returns what was reported.
	 * @return the reports in their order
	 */
	public List<Progress> reports() {
		return new ArrayList<>(this.reports);
	}

	@Override
	public String id() {
		return this.id;
	}

	@Override
	public String name() {
		return this.name;
	}

	@Override
	public String category() {
		return this.category;
	}

	@Override
	public int attempt() {
		return this.attempt;
	}

	@Override
	public int maxRetries() {
		return this.maxRetries;
	}

	@Override
	public int snoozeCount() {
		return this.snoozeCount;
	}

	@Override
	public Optional<Instant> deadline() {
		return Optional.ofNullable(this.deadline);
	}

	@Override
	public Map<String, String> headers() {
		return Map.copyOf(this.headers);
	}

	@Override
	public void progress(double percent, @Nullable String message) {
		this.reports.add(new Progress(percent, message));
	}

	@Override
	public boolean isCancelled() {
		return this.reports.size() >= this.stopsAfter;
	}

	@Override
	public Optional<StopReason> stopReason() {
		return isCancelled() ? Optional.of(this.stopReason) : Optional.empty();
	}

	@Override
	public void throwIfCancelled() {
		if (isCancelled()) {
			throw new TaskCancelledException("Task %s was asked to stop: %s".formatted(this.id, this.stopReason));
		}
	}

	/**
	 * What a handler reported.
	 *
	 * @param percent from 0 to 100, as it said
	 * @param message what is being done, {@code null} for the same as before
	 */
	public record Progress(double percent, @Nullable String message) {

	}

}
