package io.gobstopper.test;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Import;

import io.gobstopper.GobstopperTask;
import io.gobstopper.schedule.GobstopperSchedule;
import io.gobstopper.schedule.TaskSchedules;
import io.gobstopper.test.DeclaredScheduleTests.Hourly;

import static org.assertj.core.api.Assertions.assertThat;

@SpringBootTest
@Import(Hourly.class)
class DeclaredScheduleTests {

	@Autowired
	private TaskQueueTester tester;

	@Autowired
	private Hourly hourly;

	@Test
	void tasksOfAScheduleRunAtItsTimes(@Autowired TaskSchedules schedules) {
		this.tester.advance(Duration.ZERO);
		Instant next = schedules.next("on_the_hour", 1).get(0);
		this.tester.advanceTo(next.minusMillis(1));
		int before = this.hourly.runs.get();
		assertThat(this.tester.advance(Duration.ofMillis(1))).isOne();
		assertThat(this.tester.last("count_hours")).isSuccessful();
		assertThat(this.tester.last("count_hours").info().scheduledAt()).contains(next);
		assertThat(this.tester.advance(Duration.ofDays(1))).isEqualTo(24);
		assertThat(this.hourly.runs.get() - before).isEqualTo(25);
	}

	@TestConfiguration(proxyBeanMethods = false)
	static class Hourly {

		private final AtomicInteger runs = new AtomicInteger();

		@GobstopperTask("count_hours")
		@GobstopperSchedule(name = "on_the_hour", cron = "0 0 * * * *", zone = "UTC")
		void count() {
			this.runs.incrementAndGet();
		}

	}

}
