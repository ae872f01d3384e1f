package io.gobstopper.test;

import org.junit.jupiter.api.Test;

import io.gobstopper.TaskCancelledException;
import io.gobstopper.TaskContext;
import io.gobstopper.TaskContext.StopReason;
import io.gobstopper.test.TestTaskContext.Progress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class TestTaskContextTests {

	@Test
	void handlerIsToldWhatTheTestSaysAndIsRemembered() {
		TestTaskContext context = TestTaskContext.of("send_mail").attempt(2).maxRetries(3).header("tenant", "t");
		String seen = context.call(() -> {
			TaskContext current = TaskContext.current();
			current.progress(50, "half-way");
			return "%s %d/%d %s".formatted(current.name(), current.attempt(), current.maxRetries(),
					current.headers().get("tenant"));
		});
		assertThat(seen).isEqualTo("send_mail 2/3 t");
		assertThat(context.reports()).containsExactly(new Progress(50, "half-way"));
		assertThat(context.stopReason()).isEmpty();
	}

	@Test
	void handlerIsAskedToStopAfterSomeReports() {
		TestTaskContext context = TestTaskContext.of("send_mail").stopAfter(1, StopReason.SHUTDOWN);
		context.throwIfCancelled();
		context.progress(1);
		assertThat(context.stopReason()).contains(StopReason.SHUTDOWN);
		assertThatExceptionOfType(TaskCancelledException.class).isThrownBy(context::throwIfCancelled);
	}

}
