package io.gobstopper.worker.dispatch;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import io.gobstopper.TaskPriority;
import io.gobstopper.store.task.StoredTask;
import io.gobstopper.store.task.TaskDetails;
import io.gobstopper.store.task.TaskState;

import static org.assertj.core.api.Assertions.assertThat;

class TasksInRunOrderTests {

	private final TasksInRunOrder tasks = new TasksInRunOrder(StoredTask.RUN_ORDER);

	@Test
	void nothingIsFirstOfNone() {
		assertThat(this.tasks.poll()).isNull();
		assertThat(this.tasks.last()).isNull();
		assertThat(this.tasks.isEmpty()).isTrue();
	}

	@Test
	void whatIsClaimedInOrderStaysInOrder() {
		add(normal(1), normal(2));
		add(normal(3), low(1));
		assertThat(drain()).containsExactly(normal(1), normal(2), normal(3), low(1));
	}

	@Test
	void whatIsMoreUrgentOrOlderOvertakes() {
		add(normal(3), low(1));
		add(high(5), normal(2), normal(4));
		assertThat(this.tasks.last()).isEqualTo(low(1));
		assertThat(this.tasks.size()).isEqualTo(5);
		assertThat(drain()).containsExactly(high(5), normal(2), normal(3), normal(4), low(1));
	}

	@Test
	void thoseAboveALevelAreCounted() {
		add(high(4), high(5), normal(1), low(2));
		assertThat(Stream.of(TaskPriority.CRITICAL, TaskPriority.HIGH, TaskPriority.NORMAL, TaskPriority.LOW)
			.map((priority) -> this.tasks.countAbove(priority.level()))).containsExactly(0L, 0L, 2L, 3L);
	}

	@Test
	void whatIsTakenOutIsGone() {
		add(normal(1), normal(2), normal(3), normal(4));
		assertThat(this.tasks.take((task) -> task.seq() == 2)).isEqualTo(normal(2));
		assertThat(this.tasks.take((task) -> task.seq() == 2)).isNull();
		assertThat(this.tasks.takeAll((task) -> task.seq() != 3)).containsExactly(normal(1), normal(4));
		assertThat(drain()).containsExactly(normal(3));
	}

	private void add(StoredTask... added) {
		this.tasks.addAll(List.of(added));
	}

	private List<StoredTask> drain() {
		List<StoredTask> drained = new ArrayList<>();
		while (!this.tasks.isEmpty()) {
			drained.add(this.tasks.poll());
		}
		return drained;
	}

	private static StoredTask high(int seq) {
		return task(seq, TaskPriority.HIGH);
	}

	private static StoredTask normal(int seq) {
		return task(seq, TaskPriority.NORMAL);
	}

	private static StoredTask low(int seq) {
		return task(seq, TaskPriority.LOW);
	}

	private static StoredTask task(int seq, TaskPriority priority) {
		return new StoredTask(seq, new TaskDetails(new UUID(0, seq), "email", "default", priority, "[]", "{}",
				Instant.EPOCH, 0, null, null), TaskState.pending(Instant.EPOCH));
	}

}
