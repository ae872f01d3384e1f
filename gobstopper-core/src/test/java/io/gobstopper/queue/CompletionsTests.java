package io.gobstopper.queue;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.gobstopper.TaskPriority;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.task.TaskDetails;
import io.gobstopper.store.task.TaskState;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * {@link Completions} that nobody waits for any more.
 */
class CompletionsTests {

	private final Completions completions = new Completions(getClass().getClassLoader());

	@AfterEach
	void close() {
		this.completions.close();
	}

	@Test
	void callersThatGiveUpAreForgotten() {
		UUID id = UUID.randomUUID();
		List<CompletableFuture<UUID>> waiting = IntStream.range(0, 100)
			.mapToObj((number) -> this.completions.await(id, (task) -> Optional.of(pending(task)), StoredTask::id))
			.toList();
		assertThat(this.completions.size()).isOne();
		waiting.forEach((each) -> each.cancel(false));
		assertThat(this.completions.size()).isZero();
	}

	@Test
	void callersWhoseTaskCannotBeLookedUpAreForgotten() {
		assertThatIllegalStateException().isThrownBy(() -> this.completions.await(UUID.randomUUID(), (task) -> {
			throw new IllegalStateException("planned");
		}, StoredTask::id));
		assertThat(this.completions.size()).isZero();
	}

	private static StoredTask pending(UUID id) {
		Instant now = Instant.parse("2026-01-01T00:00:00Z");
		return new StoredTask(0,
				new TaskDetails(id, "name", "default", TaskPriority.NORMAL, "[]", "{}", now, 0, null, null),
				TaskState.pending(now));
	}

}
