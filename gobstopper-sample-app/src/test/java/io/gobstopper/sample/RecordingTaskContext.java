package io.gobstopper.sample;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import io.gobstopper.TaskCancelledException;
import io.gobstopper.TaskContext;

/**
 * A context outside of any queue: keeps the progress it is told, and is cancelled after
 * so many reports if wanted.
 */
final class RecordingTaskContext implements TaskContext {

	private final String id = UUID.randomUUID().toString();

	private final List<Double> percents = new ArrayList<>();

	private final int cancelledAfter;

	RecordingTaskContext() {
		this(Integer.MAX_VALUE);
	}

	RecordingTaskContext(int cancelledAfter) {
		this.cancelledAfter = cancelledAfter;
	}

	List<Double> percents() {
		return this.percents;
	}

	@Override
	public String id() {
		return this.id;
	}

	@Override
	public String name() {
		return "any";
	}

	@Override
	public String category() {
		return "default";
	}

	@Override
	public int maxRetries() {
		return 0;
	}

	@Override
	public int snoozeCount() {
		return 0;
	}

	@Override
	public Map<String, String> headers() {
		return Map.of();
	}

	@Override
	public Optional<Instant> deadline() {
		return Optional.empty();
	}

	@Override
	public Optional<StopReason> stopReason() {
		return Optional.empty();
	}

	@Override
	public int attempt() {
		return 1;
	}

	@Override
	public void progress(double percent, @Nullable String message) {
		this.percents.add(percent);
	}

	@Override
	public boolean isCancelled() {
		return this.percents.size() >= this.cancelledAfter;
	}

	@Override
	public void throwIfCancelled() {
		if (isCancelled()) {
			throw new TaskCancelledException("Cancelled by the test");
		}
	}

}
