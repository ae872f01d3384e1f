package io.gobstopper.queue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

import io.gobstopper.TaskPriority;
import io.gobstopper.TaskQuery;
import io.gobstopper.queue.TextSearch.Found;
import io.gobstopper.store.InterceptedTaskStore;
import io.gobstopper.store.TaskFilter;
import io.gobstopper.store.TaskStore;
import io.gobstopper.store.duckdb.DuckDbDatabase;
import io.gobstopper.store.duckdb.DuckDbSettings;
import io.gobstopper.store.duckdb.DuckDbTaskStore;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.task.TaskDetails;
import io.gobstopper.store.task.TaskState;

import static org.assertj.core.api.Assertions.assertThat;

class TextSearchTests {

	private static final Instant NOW = Instant.parse("2026-05-01T12:00:00Z");

	private static final int TASKS = 50_000;

	private final TaskStore store = new DuckDbTaskStore(new DuckDbDatabase(
			new DuckDbSettings(DuckDbSettings.IN_MEMORY, DataSize.ofMegabytes(256), 2, Duration.ofMinutes(1), null)));

	private final AtomicLong nanos = new AtomicLong();

	// Each look at the clock takes a while.
	private final TextSearch search = new TextSearch(() -> this.nanos.addAndGet(Duration.ofMillis(400).toNanos()));

	@BeforeEach
	void fill() {
		this.store.open();
		for (int start = 0; start < TASKS; start += 5000) {
			this.store.writes().insert(IntStream.range(start, start + 5000).mapToObj(TextSearchTests::task).toList());
		}
	}

	@AfterEach
	void close() {
		this.store.close();
	}

	@Test
	void newestAreFoundWithoutALookAtTheOthers() {
		Found found = this.search.find(this.store.reads(), filter("Task", 3));
		assertThat(found.tasks()).extracting((task) -> task.details().name())
			.containsExactly("task-49999", "task-49998", "task-49997");
		assertThat(found.before()).isNull();
		assertThat(found.lookedBackTo()).isNull();
	}

	@Test
	void whatIsNotFoundInTimeIsFoundFurtherBack() {
		TaskFilter filter = filter("task-7\"", 3);
		List<StoredTask> all = new ArrayList<>();
		Found found = this.search.find(this.store.reads(), filter);
		assertThat(found.tasks()).isEmpty();
		assertThat(found.lookedBackTo()).isBetween(NOW, NOW.plusSeconds(TASKS));
		int looks = 1;
		while (found.before() != null) {
			found = this.search.find(this.store.reads(), filter.page(found.before(), 3));
			all.addAll(found.tasks());
			looks++;
		}
		assertThat(all).extracting((task) -> task.details().name()).containsExactly("task-7");
		assertThat(looks).isGreaterThan(2);
	}

	@Test
	void emptyQueueIsSearchedAtOnce() {
		try (DuckDbTaskStore empty = new DuckDbTaskStore(new DuckDbDatabase(new DuckDbSettings(DuckDbSettings.IN_MEMORY,
				DataSize.ofMegabytes(256), 2, Duration.ofMinutes(1), null)))) {
			empty.open();
			assertThat(this.search.find(empty.reads(), filter("x", 3))).isEqualTo(new Found(List.of(), null, null));
		}
	}

	@Test
	void slicesGrowWhileTheyAreShort() {
		AtomicLong looks = new AtomicLong();
		TaskStore counted = InterceptedTaskStore.before(this.store, "find", looks::incrementAndGet);
		TextSearch quick = new TextSearch(() -> this.nanos.addAndGet(1000));
		assertThat(quick.find(counted.reads(), filter("nothing", 3))).isEqualTo(new Found(List.of(), null, null));
		assertThat(looks.get()).isLessThanOrEqualTo(4);
	}

	private static TaskFilter filter(String text, int limit) {
		return TaskFilter.of(TaskQuery.all().text(text), List.of()).page(null, limit);
	}

	private static StoredTask task(int number) {
		return new StoredTask(0,
				new TaskDetails(UUID.randomUUID(), "task-" + number, "default", TaskPriority.NORMAL,
						"[\"task-%d\"]".formatted(number), "{}", NOW.plusSeconds(number), 0, null, null),
				TaskState.pending(NOW));
	}

}
